/** Bearer Worker as a part of a site's own worker, here one that precaches with Workbox. */
import { bearerWorkerPart } from 'bearer-worker/worker'
import { clientsClaim } from 'workbox-core'
import { precacheAndRoute } from 'workbox-precaching'
import { registerRoute } from 'workbox-routing'
import { StaleWhileRevalidate } from 'workbox-strategies'

const bearerWorker = bearerWorkerPart()

addEventListener('install', (event) => {
  bearerWorker.install(event)
  skipWaiting()
})
clientsClaim()

// First, and before Workbox adds its own listener: what it has taken, Workbox must not take again.
addEventListener('fetch', (event) => {
  if (bearerWorker.fetch(event)) event.stopImmediatePropagation()
})
addEventListener('message', (event) => {
  if (bearerWorker.message(event)) event.stopImmediatePropagation()
})

precacheAndRoute(self.__WB_MANIFEST)
registerRoute(({ url }) => url.pathname.startsWith('/news/'), new StaleWhileRevalidate())
