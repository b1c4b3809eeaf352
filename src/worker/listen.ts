import { toErrorData } from '../errors.ts'
import { post } from './answer-message.ts'
import { invalidCall } from './invalid-call.ts'
import { bearerWorkerPart, type PartOptions } from './part.ts'

declare const self: ServiceWorkerGlobalScope

/** Whether the site's own worker imports this script. Then other listeners follow, and that worker says when it takes over. */
const isImported = (): boolean => !self.location.pathname.endsWith('/bearer-worker.sw.js')

/**
 * The listeners of `bearer-worker.sw.js`. By itself it is nothing but Bearer Worker: it takes over at once, and answers every message.
 * Imported by another worker, before that one adds its listeners, it only takes the events that concern it.
 */
export function listen(parts: Pick<PartOptions, 'authorizationServers'>): void {
  const isAlone = !isImported()
  const part = bearerWorkerPart({ routes: isAlone, ...parts })
  self.addEventListener('install', (event) => {
    part.install(event)
    if (isAlone) void self.skipWaiting()
  })
  if (isAlone) self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
  self.addEventListener('fetch', (event) => {
    if (part.fetch(event)) event.stopImmediatePropagation()
  })
  self.addEventListener('message', (event) => {
    if (part.message(event)) event.stopImmediatePropagation()
    else if (isAlone) post(event, { ok: false, error: toErrorData(invalidCall()) })
  })
}
