addEventListener('install', () => skipWaiting())
addEventListener('activate', (event) =>
  event.waitUntil(
    (async () => {
      indexedDB.deleteDatabase('bearer-worker')
      await registration.unregister()
    })(),
  ),
)
