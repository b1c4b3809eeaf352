import type { Page } from '@playwright/test'
import { expect, PASSWORD, test } from './recipes.ts'

/** Fires the sync event of a queue, as the browser does when it is online again. Chromium only. */
async function syncNow(page: Page, origin: string): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const registered = new Promise<string>((resolve) =>
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const own = registrations.find(({ scopeURL, isDeleted }) => scopeURL === `${origin}/` && !isDeleted)
      if (own) resolve(own.registrationId)
    }),
  )
  await session.send('ServiceWorker.enable')
  const registrationId = await registered
  const tag = 'workbox-background-sync:notes'
  await session.send('ServiceWorker.dispatchSyncEvent', { origin, registrationId, tag, lastChance: false })
  await session.detach()
}

test('examples/background-sync: a POST that waited in the queue is sent once, with a token that is good then', async ({
  openExample,
  engineName,
  site,
  table,
  tokens,
}) => {
  test.skip(engineName !== 'chromium', 'only Chromium has background sync')
  let isDown = true
  site.mounts.set('/api/', async (request, response) => {
    if (isDown && request.url === '/api/notes') return void request.socket.destroy()
    return table.handle(request, response)
  })
  const page = await openExample('background-sync')
  expect(await page.evaluate(() => bearerWorker.ready)).toBe('worker')
  await page.evaluate(
    (password) => fetch('/auth/login', { method: 'POST', body: JSON.stringify({ username: 'ada', password }) }),
    PASSWORD,
  )
  const failed = await page.evaluate(() =>
    fetch('/api/notes', { method: 'POST', body: 'a note' }).catch((error: Error) => error.name),
  )
  expect(failed).toBe('TypeError')
  expect(table.served).toEqual([])

  tokens.issuer.expireAccessTokens()
  isDown = false
  await syncNow(page, site.origin)
  await expect.poll(() => table.served.map(({ method, body }) => [method, body])).toEqual([['POST', 'a note']])
  expect(table.served[0]?.authorization).toBe(`Bearer ${tokens.issuer.latest.access_token}`)
  expect(tokens.refreshes).toHaveLength(1)

  await syncNow(page, site.origin)
  expect(await page.evaluate(async () => (await fetch('/api/rows')).status)).toBe(200)
  expect(table.served.map(({ path }) => path)).toEqual(['/api/notes', '/api/rows'])
})
