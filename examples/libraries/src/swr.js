import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import useSWR, { SWRConfig } from 'swr'

const fetcher = async (url) => (await fetch(url)).json()

/** A component that loads rows, and tells them once they are there. */
function Rows({ onLoaded }) {
  const { data, error } = useSWR('/api/rows', fetcher)
  if (error) onLoaded([String(error)])
  if (data) onLoaded(data.map(({ name }) => name))
  return null
}

export default () =>
  new Promise((resolve) => {
    // A cache of its own, so that each use sends a request.
    const value = { provider: () => new Map() }
    const rows = createElement(Rows, { onLoaded: resolve })
    createRoot(document.createElement('div')).render(createElement(SWRConfig, { value }, rows))
  })
