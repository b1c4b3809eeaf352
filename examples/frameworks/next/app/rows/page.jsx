import { Rows } from './rows'

export default function Page() {
  return <Rows />
}
