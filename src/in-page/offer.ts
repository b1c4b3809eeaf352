/** What the worker's file offers to a page that loads it as a script: the work of the worker, where no worker can do it. */
import { engineInPage } from './engine-in-page.ts'
import { fetchEventSource } from './fetch-event-source.ts'
import { sendHere } from './send-here.ts'

export const offered = { engineInPage, sendHere, fetchEventSource }
export type Offered = typeof offered

/** Where the page script looks for it. */
const OFFERED = Symbol.for('bearer-worker.offered')

export function offer(): void {
  Object.assign(globalThis, { [OFFERED]: offered })
}
