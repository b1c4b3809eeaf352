// The minimal worker that adds a token: a constant one, in memory.
self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('fetch', (event) => {
  if (!event.request.url.includes('/api/')) return
  const request = new Request(event.request)
  request.headers.set('authorization', 'Bearer TOKEN')
  event.respondWith(fetch(request))
})
