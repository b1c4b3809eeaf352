// #region part
import { bearerWorkerPart } from 'bearer-worker/worker'
import { authorizationServers } from 'bearer-worker/worker/authorization-servers'

const bearerWorker = bearerWorkerPart({ authorizationServers })
// #endregion

addEventListener('install', (event) => {
  bearerWorker.install(event)
  skipWaiting()
})
addEventListener('activate', (event) => event.waitUntil(clients.claim()))
addEventListener('fetch', (event) => void bearerWorker.fetch(event))
addEventListener('message', (event) => void bearerWorker.message(event))
