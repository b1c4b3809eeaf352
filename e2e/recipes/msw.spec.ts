import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, test } from './recipes.ts'

const DIST = process.env.BEARER_WORKER_DIST ?? join(import.meta.dirname, '../../dist')

test('examples/msw: its worker stays, and sees the token, the refusal and the refresh', async ({
  openExample,
  site,
  table,
  tokens,
}) => {
  site.pages.set(
    '/mockServiceWorker.js',
    readFileSync(createRequire(import.meta.url).resolve('msw/mockServiceWorker.js'), 'utf8'),
  )
  for (const file of ['bearer-worker.sw.js', 'bearer-worker.page.js'])
    site.pages.set(`/bearer-worker/${file}`, readFileSync(join(DIST, file), 'utf8'))
  const page = await openExample('msw')
  await expect(page.getByRole('status')).toHaveText('page')
  await page.getByRole('button', { name: 'Load' }).click()
  await expect(page.getByRole('listitem')).toHaveText(['Bell Rock', 'Cordouan'])
  expect(
    await page.evaluate(async () => (await bearerWorker.history()).map(({ kind, outcome }) => `${kind} ${outcome}`)),
  ).toEqual(expect.arrayContaining(['refresh success', 'request replayed']))
  expect(await page.evaluate(() => navigator.serviceWorker.controller?.scriptURL)).toContain('/mockServiceWorker.js')
  expect([...table.served, ...table.refused, ...tokens.refreshes]).toEqual([])
})
