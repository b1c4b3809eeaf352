// First, before other libraries add their listeners: what it has taken, they do not see.
importScripts('/bearer-worker.sw.js')

// The worker of the site follows, as it was.
addEventListener('install', () => skipWaiting())
addEventListener('activate', (event) => event.waitUntil(clients.claim()))
