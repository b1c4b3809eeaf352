import { type Interception, isListed } from './interception.ts'
import { apply, inPlaceOf, natives } from './natives.ts'

/** `sendBeacon` promises only to queue: here it queues until the gate is open. */
export function interceptBeacon(interception: Interception): void {
  const { gate } = interception
  Navigator.prototype.sendBeacon = inPlaceOf(
    natives.sendBeacon,
    function (this: Navigator, ...args: Parameters<Navigator['sendBeacon']>): boolean {
      const [url, data] = args
      const send = () => apply(natives.sendBeacon, this, args)
      if (gate.isOpen && !gate.sendHere) return send()
      const { href } = new URL(url, document.baseURI)
      void gate.pass(isListed(interception, href)).then((sendHere) => {
        const init = { method: 'POST', body: data ?? null, credentials: 'include', keepalive: true } as const
        if (!sendHere?.(new Request(href, init))) send()
      })
      return true
    },
  )
}
