import { toErrorData } from '../errors.ts'
import { notACall } from './not-a-call.ts'
import { bearerWorkerPart } from './part.ts'

declare const self: ServiceWorkerGlobalScope

/** A service worker that is nothing but Bearer Worker: it takes over at once, and answers every message. */
export function listen(): void {
  const part = bearerWorkerPart({
    config: new URL(self.location.href).searchParams.get('config') ?? 'bearer-worker.json',
    routes: true,
  })
  self.addEventListener('install', (event) => {
    part.install(event)
    void self.skipWaiting()
  })
  self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
  self.addEventListener('fetch', (event) => void part.fetch(event))
  self.addEventListener('message', (event) => {
    if (!part.message(event)) event.ports[0]?.postMessage({ ok: false, error: toErrorData(notACall()) })
  })
}
