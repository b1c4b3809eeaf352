import { bearerWorkerPart } from 'bearer-worker/worker'

const bearerWorker = bearerWorkerPart()

addEventListener('install', (event) => {
  bearerWorker.install(event)
  skipWaiting()
})
addEventListener('activate', (event) => event.waitUntil(clients.claim()))

// First, before other libraries add their listeners: what it has taken, they must not take again.
addEventListener('fetch', (event) => {
  if (bearerWorker.fetch(event)) event.stopImmediatePropagation()
})
addEventListener('message', (event) => {
  if (bearerWorker.message(event)) event.stopImmediatePropagation()
})
// #region own
// Your own listeners follow, as they were.
addEventListener('fetch', (event) => {
  if (new URL(event.request.url).pathname === '/own') event.respondWith(new Response('answered by your worker'))
})
// #endregion
