// First, so that it comes before everything that sends requests.
import '/bearer-worker.js'

addEventListener('message', async ({ data }) => {
  const response = await fetch(data)
  postMessage(await response.json())
})
