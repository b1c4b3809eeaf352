/** Synchronous requests pass by every worker, so that a page with `exposeAccessToken` keeps the header for them. */
import { openSignedIn } from '../app.ts'
import { oneSession, resourcesSession } from '../configurations.ts'
import type { Tab } from '../engines/engine.ts'
import { expect, test } from '../fixtures.ts'

const send = (tab: Tab, path: string) =>
  tab.evaluate((path) => {
    const xhr = new XMLHttpRequest()
    xhr.open('GET', path, false)
    xhr.send()
    return xhr.status
  }, path)

test('after Clear-Site-Data: "storage" no synchronous request carries the old token', async ({
  browsing,
  engineName,
  site,
  resources,
  tokens,
}) => {
  site.configuration = oneSession(resourcesSession(resources, tokens, { exposeAccessToken: true }))
  site.mounts.set('/clear', (_, response) => {
    response.writeHead(200, { 'clear-site-data': '"storage"', 'content-type': 'text/plain' }).end('cleared')
  })
  const tab = await openSignedIn(browsing, site)
  await send(tab, '/r/echo/first')
  await expect.poll(() => send(tab, '/r/echo/then')).toBe(200)
  await tab.evaluate(() => fetch('/clear').then((response) => response.text()))
  // Only Chromium takes the worker away. In the others it goes on, until the page is told of the empty store.
  if (engineName === 'chromium') {
    await expect.poll(() => tab.evaluate(() => navigator.serviceWorker.controller === null)).toBe(true)
    await send(tab, '/r/echo/lost')
    expect(resources.to('/echo/lost')[0]!.authorization).toBeUndefined()
  }
  await expect.poll(() => tab.evaluate(async () => (await bearerWorker.session()).state)).toBe('signed-out')
  await expect.poll(() => send(tab, '/r/echo/later')).toBe(401)
  expect(resources.to('/echo/later').at(-1)!.authorization).toBeUndefined()
})

test('an endpoint of the session itself gets no token by a synchronous request', async ({
  browsing,
  site,
  resources,
  tokens,
}) => {
  const own = { refresh: { url: '/r/open/token', body: 'json' }, revoke: '/r/open/revoke' } as const
  site.configuration = oneSession(resourcesSession(resources, tokens, { exposeAccessToken: true, ...own }))
  const tab = await openSignedIn(browsing, site)
  await send(tab, '/r/echo/first')
  await expect.poll(() => send(tab, '/r/echo/then')).toBe(200)
  const seen = resources.arrivals.length
  for (const path of ['/r/open/token', '/r/open/revoke', '/r/open//token', '/r/open/%74oken']) await send(tab, path)
  expect(resources.arrivals.slice(seen).map(({ authorization }) => authorization)).toEqual(Array(4).fill(undefined))
})
