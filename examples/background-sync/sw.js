import { bearerWorkerPart } from 'bearer-worker/worker'
import { Queue } from 'workbox-background-sync'

const bearerWorker = bearerWorkerPart({ config: '/bearer-worker.json' })

// #region queue
// What could not be sent waits here, as the page made it: no token is stored with it.
const notes = new Queue('notes', { maxRetentionTime: 24 * 60, onSync: ({ queue }) => replay(queue) })

async function replay(queue) {
  for (let entry = await queue.shiftRequest(); entry; entry = await queue.shiftRequest()) {
    try {
      // Hours later the token has run out: this refreshes it first.
      await bearerWorker.authorized(entry.request.clone())
    } catch (error) {
      await queue.unshiftRequest(entry) // still offline: the browser calls again
      throw error
    }
  }
}

async function sendOrQueue(request) {
  try {
    return await bearerWorker.authorized(request.clone())
  } catch (error) {
    await notes.pushRequest({ request })
    throw error // the page sees the network error
  }
}

addEventListener('fetch', (event) => {
  const { method, url } = event.request
  if (method === 'POST' && new URL(url).pathname === '/api/notes') event.respondWith(sendOrQueue(event.request))
  else bearerWorker.fetch(event)
})
// #endregion
// #region push
addEventListener('push', (event) => event.waitUntil(showNews()))

async function showNews() {
  const response = await bearerWorker.authorized(new Request('/api/news'))
  const { title } = await response.json()
  await registration.showNotification(title)
}
// #endregion

addEventListener('install', (event) => {
  bearerWorker.install(event)
  skipWaiting()
})
addEventListener('activate', (event) => event.waitUntil(clients.claim()))
addEventListener('message', (event) => void bearerWorker.message(event))
