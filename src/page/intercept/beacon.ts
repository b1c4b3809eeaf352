import { sizeOf } from './xhr-send.ts'
import { type Body, type Interception, isListed } from './interception.ts'
import { fetchDirectly } from '../direct/fetch.ts'
import { absolute } from './address.ts'
import { inPlaceOf, natives } from './natives.ts'
import { ownClasses } from './own-classes.ts'

/** What a browser sends of a page that is gone. @see https://fetch.spec.whatwg.org/#http-network-or-cache-fetch */
const LONGEST_BYTES = 65_536

/** `sendBeacon` promises only to queue: here it queues until the gate is open. */
export function interceptBeacon(interception: Interception): void {
  // A worker has none.
  if (!natives.sendBeacon) return
  const { gate, direct } = interception
  // A script that ran before may have put a function of its own on the object itself.
  const holder = Object.hasOwn(navigator, 'sendBeacon') ? navigator : Navigator.prototype
  holder.sendBeacon = inPlaceOf(
    natives.sendBeacon,
    function sendBeacon(this: Navigator, url: string | URL, data?: BodyInit | null): boolean {
      const send = () => natives.sendBeacon.call(this, url, data)
      // The browser says itself what is wrong with it.
      if (this !== navigator) return send()
      if (direct.isOn && 'keepalive' in Request.prototype && sizeOf(data as Body) <= LONGEST_BYTES) {
        const init = { method: 'POST', body: data ?? null, credentials: 'include', keepalive: true } as const
        const byWorker = async () => {
          send()
          return new Response()
        }
        const sent = fetchDirectly(direct, [url, init], byWorker)
        sent?.catch(() => {})
        if (sent) return true
      }
      if (gate.isOpen && !gate.sendHere) return send()
      const href = absolute(`${url}`)
      void gate.pass(isListed(interception, href)).then((sendHere) => {
        const init = { method: 'POST', body: data ?? null, credentials: 'include', keepalive: true } as const
        const request = new ownClasses.Request(href, init)
        if (!interception.mustNotLeave(request) && !sendHere?.(request)) send()
      })
      return true
    },
  )
}
