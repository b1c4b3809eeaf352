import { type Interception, isListed } from './interception.ts'
import { baseUrl } from '../own-origin.ts'
import { inPlaceOf, natives } from './natives.ts'

/** `sendBeacon` promises only to queue: here it queues until the gate is open. */
export function interceptBeacon(interception: Interception): void {
  const { gate } = interception
  navigator.sendBeacon = inPlaceOf(
    natives.sendBeacon,
    function sendBeacon(url: string | URL, data?: BodyInit | null): boolean {
      const send = () => natives.sendBeacon.call(navigator, url, data)
      if (gate.isOpen && !gate.sendHere) return send()
      const { href } = new URL(url, baseUrl())
      void gate.pass(isListed(interception, href)).then((sendHere) => {
        const init = { method: 'POST', body: data ?? null, credentials: 'include', keepalive: true } as const
        if (!sendHere?.(new Request(href, init))) send()
      })
      return true
    },
  )
}
