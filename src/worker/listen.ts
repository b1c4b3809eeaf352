import { toErrorData } from '../errors.ts'
import { post } from './answer-message.ts'
import { invalidCall } from './invalid-call.ts'
import { bearerWorkerPart, type PartOptions } from './part.ts'

declare const self: ServiceWorkerGlobalScope

/** A service worker that is nothing but Bearer Worker: it takes over at once, and answers every message. */
export function listen(parts: Pick<PartOptions, 'authorizationServers'>): void {
  const config = new URL(self.location.href).searchParams.get('config') ?? 'bearer-worker.json'
  const part = bearerWorkerPart({ config, routes: true, ...parts })
  self.addEventListener('install', (event) => {
    part.install(event)
    void self.skipWaiting()
  })
  self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
  self.addEventListener('fetch', (event) => void part.fetch(event))
  self.addEventListener('message', (event) => {
    if (!part.message(event)) post(event, { ok: false, error: toErrorData(invalidCall()) })
  })
}
