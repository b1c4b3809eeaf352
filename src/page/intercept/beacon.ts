import { type Cover, isConcerned } from './cover.ts'
import { inPlaceOf, natives } from './natives.ts'

/** `sendBeacon` promises only to queue: so it does, until the gate is open. */
export function interceptBeacon(cover: Cover): void {
  const { gate } = cover
  navigator.sendBeacon = inPlaceOf(
    natives.sendBeacon,
    function sendBeacon(url: string | URL, data?: BodyInit | null): boolean {
      const send = () => natives.sendBeacon.call(navigator, url, data)
      if (gate.isOpen && !gate.way) return send()
      const { href } = new URL(url, document.baseURI)
      void gate.pass(isConcerned(cover, href)).then((way) => {
        const request =
          way && new Request(href, { method: 'POST', body: data ?? null, credentials: 'include', keepalive: true })
        if (!(request && way(request))) send()
      })
      return true
    },
  )
}
