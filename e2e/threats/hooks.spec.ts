/**
 * What a dependency sees of tokens that has replaced everything that it can: each way to send a request × each function
 * and accessor, before and after the script tag. docs/threat-model.md says what this shows.
 */
import { openApp, uploadWithProgress } from '../app.ts'
import { oneSession, resourcesSession, type SessionInFile } from '../configurations.ts'
import type { Tab } from '../engines/engine.ts'
import { arrivedAt, expect, leaveForSignIn, oidcSession, press, test } from '../oauth.ts'
import { callWorker } from './call-worker.ts'
import { type Documented, documentOf, judge, type Order, ORDERS, seenIn, WITHOUT_WORKERS } from './hooked-page.ts'

/** Sends a request to each URL in each way. Resolves with the statuses, or what there is in their place. */
function sendInEveryWay(tab: Tab, url: string, isSynchronous = true): Promise<readonly unknown[]> {
  return tab.evaluate(
    async ({ url, isSynchronous }) => {
      const { signal } = new AbortController()
      const byXhr = (method: string, body?: string) =>
        new Promise((resolve) => {
          const xhr = new XMLHttpRequest()
          xhr.open(method, url)
          xhr.responseType = 'json'
          xhr.onloadend = () => resolve(xhr.status)
          xhr.send(body ?? null)
        })
      const byEventSource = () =>
        new Promise((resolve) => {
          const source = new EventSource(url.replace(/echo.*/, 'events/source'))
          source.addEventListener('named', () => {
            source.close()
            resolve(200)
          })
          source.onerror = () => resolve('error')
        })
      const statuses: unknown[] = [
        (await fetch(url)).status,
        (await fetch(url, { method: 'POST', body: 'text', headers: { accept: 'a/b' } })).status,
        (await fetch(new Request(url, { method: 'POST', body: 'text' }))).status,
        (await fetch(url, { signal })).status,
        (await fetch(url, { mode: 'no-cors' })).status,
        (await fetch(url, { method: 'POST', body: 'text', keepalive: true })).status,
        await byXhr('GET'),
        await byXhr('POST', 'text'),
      ]
      const synchronous = new XMLHttpRequest()
      if (isSynchronous) {
        synchronous.open('GET', url, false)
        synchronous.send()
      }
      if (url.includes('/r/')) statuses.push(navigator.sendBeacon(url, 'text') && 200, await byEventSource())
      return statuses
    },
    { url, isSynchronous },
  )
}

/** The app calls everything that gives no token to it. */
async function callEverything(tab: Tab): Promise<void> {
  await tab.evaluate(async () => {
    await bearerWorker.session()
    await bearerWorker.sessions()
    await bearerWorker.explain('/r/echo')
    await bearerWorker.refresh()
    await bearerWorker.history()
  })
}

const signIn = (tab: Tab) =>
  tab.evaluate(async () => {
    const body = '{"username":"ada","password":"correct horse battery staple"}'
    const headers = { 'content-type': 'application/json' }
    await (await fetch('/auth/login', { method: 'POST', headers, body })).text()
  })

/** Its place: of another origin it has the status 0. */
const NO_CORS = 4
const KEPT_ALIVE = 5
const ALL_GOOD = Array.from({ length: 8 }, () => 200)

interface Setting extends Documented {
  /** Scripts before all others. */
  readonly first?: string
  readonly changes?: SessionInFile
  readonly isUpload?: boolean
  readonly isSynchronous?: boolean
}

const SENT = ['Headers.set', 'Request', 'XMLHttpRequest.setRequestHeader', 'fetch', 'get Request.headers']
const READ = ['get IDBRequest.result']
const OF_AN_ENGINE = ['IDBObjectStore.put', 'LockManager.request', 'ReadableStreamDefaultReader.read', 'Response.clone']

const SETTINGS: Readonly<Record<string, Setting>> = {
  // It makes no synchronous request, for which alone such a page is given the token.
  'behind the worker, "exposeAccessToken"': {
    changes: { exposeAccessToken: true },
    isSynchronous: false,
    before: [],
    after: [],
  },
  'behind the worker': { before: [], after: [] },
  'behind the worker, an upload with progress': {
    isUpload: true,
    before: ['XMLHttpRequest.setRequestHeader', 'get MessageEvent.data'],
    after: [],
  },
  'behind the worker, "memory", an upload with progress': {
    changes: { storage: 'memory' },
    isUpload: true,
    before: [],
    after: [],
  },
  'in a page without a worker': {
    first: WITHOUT_WORKERS,
    before: [...SENT, ...READ, ...OF_AN_ENGINE, 'TextDecoder.decode', 'URLSearchParams'],
    after: ['Array', 'ArrayIterator', 'Object', 'Promise', 'RegExp', 'String', 'TypedArray'],
  },
  'with "direct": true': {
    changes: { direct: true },
    before: [...SENT, ...READ, 'get MessageEvent.data'],
    after: ['Array', 'ArrayIterator', 'Object', 'Promise', 'RegExp'],
  },
}

/** A script that ran before sees at least what one that ran after does: where it sees nothing, the other need not be tried. */
const ordersOf = ({ before }: Setting): readonly Order[] => (before.length > 0 ? ['before', 'after'] : ['before'])

for (const [name, setting] of Object.entries(SETTINGS)) {
  for (const order of ordersOf(setting)) {
    test(`${name}, a dependency that runs ${order} the page script`, async ({ browsing, site, resources, tokens }) => {
      test.setTimeout(120_000)
      const { first = '', changes, isUpload, isSynchronous } = setting
      site.configuration = oneSession(resourcesSession(resources, tokens, changes))
      site.pages.set('/hooked.html', documentOf(first + ORDERS[order]))
      const tab = await openApp(browsing, site, '/hooked.html')
      await signIn(tab)
      await callEverything(tab)
      if (isUpload) {
        expect(await uploadWithProgress(tab, '/r/echo')).toBe(200)
        tokens.issuer.expireAccessTokens()
        expect(await uploadWithProgress(tab, resources.url('/echo'))).toBe(200)
      } else {
        expect(await sendInEveryWay(tab, '/r/echo', isSynchronous)).toEqual([...ALL_GOOD, 200, 200])
        tokens.issuer.expireAccessTokens()
        const again = await sendInEveryWay(tab, resources.url('/echo'), isSynchronous)
        expect(again.slice(5)).toEqual(ALL_GOOD.slice(5))
        await tab.evaluate(() => bearerWorker.signOut())
      }
      judge(await seenIn(tab), setting, order)
    })
  }
}

test('a page that a newer configuration has reached, a dependency that runs after the page script', async ({
  browsing,
  engineName,
  site,
  resources,
  tokens,
}) => {
  test.setTimeout(120_000)
  site.configuration = oneSession(resourcesSession(resources, tokens, { resources: ['/other/*'] }))
  site.pages.set('/hooked.html', documentOf(ORDERS.after))
  const tab = await openApp(browsing, site, '/hooked.html')
  await signIn(tab)
  site.configuration = oneSession(resourcesSession(resources, tokens))
  await openApp(browsing, site)
  const explained = () => tab.evaluate(async () => (await bearerWorker.explain('/r/echo')).code)
  await expect.poll(explained).toBe('authorize')
  await expect.poll(() => tab.evaluate(async () => (await fetch('/r/echo')).status)).toBe(200)
  const good = [...ALL_GOOD, 200, 200]
  // Firefox tells an open page nothing of a newer configuration, and asks no worker for these.
  if (engineName === 'firefox') good[KEPT_ALIVE] = 401
  expect(await sendInEveryWay(tab, '/r/echo')).toEqual(good)
  expect(await uploadWithProgress(tab, '/r/echo')).toBe(200)
  judge(await seenIn(tab), SETTINGS['in a page without a worker']!, 'after')
})

for (const [name, first] of [
  ['behind the worker', ''],
  ['in a page without a worker', WITHOUT_WORKERS],
] as const) {
  test(`with a DPoP key, ${name}: no proof is seen, of no request`, async ({ browsing, site, id }) => {
    test.setTimeout(120_000)
    site.configuration = oneSession(oidcSession(id, { dpop: true }))
    const order = first === '' ? 'before' : 'after'
    for (const path of ['/', '/signed-in']) site.pages.set(path, documentOf(first + ORDERS[order]))
    const tab = await openApp(browsing, site)
    await leaveForSignIn(tab, id, { returnTo: '/?back' })
    await press(tab, 'Sign in as Ada')
    await arrivedAt(tab, site.url('/?back'))
    const statuses = await sendInEveryWay(tab, `${id.url}/rows`)
    expect(statuses.filter((_, index) => index !== NO_CORS)).toEqual(ALL_GOOD.slice(1))
    expect(await uploadWithProgress(tab, `${id.url}/rows`)).toBe(200)
    const seen = await seenIn(tab)
    if (order === 'before') expect(seen).toEqual([])
    else judge(seen, { before: [], after: [...SETTINGS['in a page without a worker']!.after, 'Uint8Array'] }, order)
  })
}

for (const storage of ['indexeddb', 'memory'] as const) {
  test(`a script that asks the worker for the header of an upload, storage "${storage}"`, async ({
    browsing,
    site,
    resources,
    tokens,
  }) => {
    site.configuration = oneSession(resourcesSession(resources, tokens, { storage }))
    const tab = await openApp(browsing, site)
    await signIn(tab)
    const facts = { url: '/r/echo', method: 'POST', mode: 'cors', destination: '', headers: {}, bytes: 1 }
    const reply = await callWorker(tab, 'beginExchange', { request: { ...facts, seenByWorker: true } })
    expect(JSON.stringify(reply).includes(tokens.issuer.latest.access_token)).toBe(storage === 'indexeddb')
  })
}
