import { wait } from './deadline.ts'

/** ms between two looks whether the device is online again: a service worker gets no event for that. */
const LOOK_MS = 250

/** Whether the browser believes that there is a network. */
export const isOnline = (): boolean => navigator.onLine !== false

/** Whether the browser believes that there is a network, or comes to believe so within `limitMs`. */
export async function whenOnline(limitMs: number): Promise<boolean> {
  for (let left = limitMs; !isOnline(); left -= LOOK_MS) {
    if (left <= 0) return false
    await wait(LOOK_MS)
  }
  return true
}
