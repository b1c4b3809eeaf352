import { bearerWorkerPart } from 'bearer-worker/worker'
import { clientsClaim } from 'workbox-core'
import { createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'

const bearerWorker = bearerWorkerPart()

addEventListener('install', (event) => {
  bearerWorker.install(event)
  skipWaiting()
})
clientsClaim()

// First: what it has answered, Workbox must not answer again.
addEventListener('fetch', (event) => {
  if (bearerWorker.fetch(event)) event.stopImmediatePropagation()
})
addEventListener('message', (event) => {
  if (bearerWorker.message(event)) event.stopImmediatePropagation()
})

precacheAndRoute(self.__WB_MANIFEST)
registerRoute(new NavigationRoute(createHandlerBoundToURL('index.html')))
