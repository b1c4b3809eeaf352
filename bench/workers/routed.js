// The least that a request past a worker costs: a static route sends it to the network, and the page adds the header. It is what
// the page's own lane is made of, without its code.
self.addEventListener('install', (event) => {
  self.skipWaiting()
  event.addRoutes?.([
    { condition: { urlPattern: new URLPattern({ hash: '*routed' }) }, source: 'network' },
    { condition: { urlPattern: new URLPattern({ pathname: '/api/*' }) }, source: 'fetch-event' },
    { condition: { urlPattern: new URLPattern({}) }, source: 'network' },
  ])
})
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('fetch', () => {})
