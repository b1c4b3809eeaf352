/** The entry of `bearer-worker.sw.js`. In a page, where no service worker can run, it only offers the engine. */
import { toErrorData } from '../errors.ts'
import { answer, startEngine } from '../engine/start.ts'
import { bearerWorkerPart, notACall } from './part.ts'

declare const self: ServiceWorkerGlobalScope

if ('skipWaiting' in self) {
  const part = bearerWorkerPart({ config: new URL(self.location.href).searchParams.get('config') ?? 'bearer-worker.json', routes: true })
  self.addEventListener('install', (event) => {
    part.install(event)
    void self.skipWaiting()
  })
  self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
  self.addEventListener('fetch', (event) => void part.fetch(event))
  self.addEventListener('message', (event) => {
    if (!part.message(event)) event.ports[0]?.postMessage({ ok: false, error: toErrorData(notACall(Object(event.data).name)) })
  })
} else {
  Object.assign(globalThis, { [Symbol.for('bearer-worker.engine')]: { startEngine, answer } })
}
