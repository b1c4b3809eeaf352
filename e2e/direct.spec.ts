/** The page's own lane: what scripts of a page request goes to the network without passing the worker. */
import { ask, openApp, signIn } from './app.ts'
import { oneSession, resourcesSession } from './configurations.ts'
import { expect, test } from './fixtures.ts'

test('probe', async ({ browsing, site, resources, tokens }) => {
  site.configuration = oneSession(resourcesSession(resources, tokens, { direct: true }))
  const tab = await openApp(browsing, site)
  await signIn(tab)
  await tab.evaluate(() => new Promise((r) => setTimeout(r, 500)))
  const first = await ask(tab, '/r/echo')
  await tab.reload()
  await tab.evaluate(() => bearerWorker.ready)
  const look = await tab.evaluate(async () => {
    const response = await fetch('/r/echo?a=1#own')
    const other = await fetch('/r/redirect/302?to=/r/echo')
    const post = await fetch('/r/echo?p', { method: 'POST', body: 'text' })
    const asRequest = await fetch(new Request('/r/echo?q', { method: 'POST', body: 'text' }))
    const get = await fetch(new Request('/r/echo?g', { priority: 'low' }))
    return {
      urls: [response.url, other.url, other.redirected, post.url, asRequest.url, get.url],
      status: [response, other, post, asRequest, get].map(({ status }) => status),
      timing: performance.getEntriesByType('resource').filter(({ name }) => name.includes('/r/')).map((entry) => [entry.name, (entry as PerformanceResourceTiming).workerStart > 0]),
      history: await bearerWorker.history(),
      hint: { ...localStorage },
    }
  })
  console.log(JSON.stringify({ first, look }, null, 1))
  console.log(JSON.stringify(resources.arrivals.map(({ path, query, rawHeaders }) => [path, String(query), rawHeaders.join(' ').slice(0, 300)]), null, 1))
  expect(first.status).toBe(200)
})
