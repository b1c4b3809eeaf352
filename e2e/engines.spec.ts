/** The adapter keeps its word in every engine, shown with a worker of three lines. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from './fixtures.ts'
import type { Site } from './servers/site.ts'

const TOY_WORKER = `
  const born = Math.random()
  addEventListener('install', () => skipWaiting())
  addEventListener('activate', (event) => event.waitUntil(clients.claim()))
  addEventListener('fetch', (event) => {
    if (event.request.url.endsWith('/born')) event.respondWith(new Response(String(born)))
  })`

function serveToy(site: Site): string {
  site.pages.set('/toy.js', TOY_WORKER)
  site.pages.set(
    '/toy.html',
    '<!doctype html><title>toy</title><link rel="icon" href="data:,"><script>navigator.serviceWorker.register("/toy.js")</script>',
  )
  return site.url('/toy.html')
}

/** When the worker was born, by its own account; only a controlled page hears it. */
async function born(): Promise<string> {
  await navigator.serviceWorker.ready
  const { serviceWorker } = navigator
  if (!serviceWorker.controller)
    await new Promise((resolve) => serviceWorker.addEventListener('controllerchange', resolve, { once: true }))
  return (await fetch('/born')).text()
}

test('tabs of one profile share the worker, its stop is a real one', async ({ browsing, site }) => {
  const toy = serveToy(site)
  await browsing.prime(toy)
  const [one, other] = [await browsing.newTab(toy), await browsing.newTab(toy)]
  const before = await one.evaluate(born)
  expect(await other.evaluate(born)).toBe(before)

  await browsing.stopWorkers()

  expect(await one.evaluate(born)).not.toBe(before)
})

test('profiles are isolated', async ({ engine, browsing, site }) => {
  const tab = await browsing.newTab(serveToy(site))
  await tab.evaluate(born)
  await tab.evaluate(() => localStorage.setItem('seen', 'yes'))

  const stranger = await engine.browse()
  const elsewhere = await stranger.newTab(site.url('/plain.html'))
  expect(await elsewhere.evaluate(() => localStorage.getItem('seen'))).toBeNull()
  expect(await elsewhere.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0)
  await stranger.close()
})

test('values, errors and arguments pass between spec and page', async ({ browsing, site }) => {
  const tab = await browsing.newTab(site.url('/plain.html'))
  expect(await tab.evaluate((words) => words.join(' '), ['a', 'b'])).toBe('a b')
  expect(await tab.evaluate(async () => document.title)).toBe('A site')
  await expect(tab.evaluate(() => Promise.reject(new TypeError('no such thing')))).rejects.toThrow('no such thing')
})

test('a hard reload passes the worker', async ({ browsing, engine, site }) => {
  test.skip(engine.name === 'webkit', 'WebDriver has no hard reload')
  const tab = await browsing.newTab(serveToy(site))
  await tab.evaluate(born)
  await tab.hardReload?.()
  expect(await tab.evaluate(() => navigator.serviceWorker.controller)).toBeNull()
  await tab.reload()
  expect(await tab.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true)
})

test('a profile in a folder outlives the browser', async ({ engine, site }) => {
  test.skip(engine.browseProfile === undefined, "MiniBrowser's automation profile is ephemeral")
  const folder = await mkdtemp(join(tmpdir(), 'profile-'))
  for (const expected of [null, 'yes']) {
    const browsing = await engine.browseProfile?.(folder)
    const tab = await browsing?.newTab(site.url('/plain.html'))
    expect(await tab?.evaluate(() => localStorage.getItem('seen'))).toBe(expected)
    await tab?.evaluate(() => localStorage.setItem('seen', 'yes'))
    await browsing?.close()
  }
  await rm(folder, { recursive: true, force: true })
})

test('a site is another site by another name, and comes back after a stop', async ({ browsing, site }) => {
  const tab = await browsing.newTab(site.url('/plain.html', 'app.localhost'))
  expect(await tab.evaluate(() => location.hostname)).toBe('app.localhost')
  await site.stop()
  await expect(tab.evaluate(async () => (await fetch('/plain.html')).status)).rejects.toThrow()
  await site.start()
  expect(await tab.evaluate(async () => (await fetch('/plain.html')).status)).toBe(200)
})
