import { immutable } from '$app/manifest'
import { bearerWorkerPart } from 'bearer-worker/worker'

const bearerWorker = bearerWorkerPart()
const files = immutable.map(({ path }) => new URL(path, location).href)

addEventListener('install', (event) => {
  bearerWorker.install(event)
  event.waitUntil(caches.open('files').then((cache) => cache.addAll(files)))
  skipWaiting()
})
addEventListener('activate', (event) => event.waitUntil(clients.claim()))

// First: what it has taken, your own listeners must not take again.
addEventListener('fetch', (event) => {
  if (bearerWorker.fetch(event)) event.stopImmediatePropagation()
})
addEventListener('message', (event) => {
  if (bearerWorker.message(event)) event.stopImmediatePropagation()
})

// The worker of the site itself: what the build made comes from the cache.
addEventListener('fetch', (event) => {
  if (files.includes(event.request.url))
    event.respondWith(caches.match(event.request).then((cached) => cached ?? fetch(event.request)))
})
