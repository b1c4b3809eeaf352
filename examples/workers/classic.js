// First, so that it comes before everything that sends requests.
importScripts('/bearer-worker.js')

addEventListener('message', async ({ data }) => {
  const response = await fetch(data)
  postMessage(await response.json())
})
