// The minimal worker that stores a token: in IndexedDB, read once at each start. Other requests bypass the worker where
// the browser can.
self.addEventListener('install', (event) => {
  self.skipWaiting()
  event.addRoutes?.([
    { condition: { urlPattern: new URLPattern({ pathname: '/api/*' }) }, source: 'fetch-event' },
    { condition: { urlPattern: new URLPattern({}) }, source: 'network' },
  ])
})
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

let token
let reading = read()

function read() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('tokens')
    opening.onupgradeneeded = () => opening.result.createObjectStore('tokens')
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
      const reading = opening.result.transaction('tokens').objectStore('tokens').get('token')
      reading.onerror = () => reject(reading.error)
      reading.onsuccess = () => {
        token = reading.result
        opening.result.close()
        resolve()
      }
    }
  })
}

function authorized(original) {
  const request = new Request(original)
  request.headers.set('authorization', `Bearer ${token}`)
  return request
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  if (!request.url.includes('/api/')) return
  event.respondWith(token === undefined ? reading.then(() => fetch(authorized(request))) : fetch(authorized(request)))
})

// The page has written a token.
self.addEventListener('message', ({ ports }) => {
  token = undefined
  reading = read()
  reading.then(() => ports[0].postMessage('read'))
})
