// First, before other libraries add their listeners: what it has taken, they do not see.
importScripts('/bearer-worker.sw.js')

// Your own listeners follow, as they were.
addEventListener('fetch', (event) => {
  if (new URL(event.request.url).pathname === '/own') event.respondWith(new Response('answered by your worker'))
})
