import { wait } from '../io/deadline.ts'

/** No event says in a service worker that the device is online again: it is looked at. */
const LOOK_MS = 250

/** Whether the browser believes that there is a network, or comes to believe so within `limitMs`. */
export async function whenOnline(limitMs: number): Promise<boolean> {
  for (let left = limitMs; navigator.onLine === false; left -= LOOK_MS) {
    if (left <= 0) return false
    await wait(LOOK_MS)
  }
  return true
}
