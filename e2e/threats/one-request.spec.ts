/** A request is never sent more often than the page sent it, but for the replay of a refused one. Ways × what goes wrong. */
import type { ServerResponse } from 'node:http'
import { openApp, signIn } from '../app.ts'
import { oneSession, resourcesSession } from '../configurations.ts'
import type { Tab } from '../engines/engine.ts'
import { expect, test } from '../fixtures.ts'
import { COVERED_BY_ITSELF } from './settings.ts'

interface Way {
  readonly method: 'GET' | 'POST'
  /** Whether it can be sent to another origin without CORS: then the answer is opaque. */
  readonly isOpaque: boolean
  readonly send: (url: string) => Promise<unknown>
}

const WAYS: Readonly<Record<string, Way>> = {
  'fetch, POST': {
    method: 'POST',
    isOpaque: false,
    send: (url) => fetch(url, { method: 'POST', body: 'x' }).catch(() => {}),
  },
  'fetch, PUT by XMLHttpRequest': {
    method: 'POST',
    isOpaque: false,
    send: (url) =>
      new Promise((resolve) => {
        const xhr = new XMLHttpRequest()
        xhr.open('PUT', url)
        xhr.onloadend = resolve
        xhr.send('x')
      }),
  },
  'an upload with progress': {
    method: 'POST',
    isOpaque: false,
    send: (url) =>
      new Promise((resolve) => {
        const xhr = new XMLHttpRequest()
        xhr.upload.addEventListener('progress', () => {})
        xhr.open('POST', url)
        xhr.onloadend = resolve
        xhr.send('x')
      }),
  },
  'fetch, no-cors POST': {
    method: 'POST',
    isOpaque: true,
    send: (url) => fetch(url, { method: 'POST', body: 'x', mode: 'no-cors' }).catch(() => {}),
  },
  sendBeacon: {
    method: 'POST',
    isOpaque: true,
    send: async (url) => navigator.sendBeacon(url, 'x'),
  },
  'fetch, GET': { method: 'GET', isOpaque: false, send: (url) => fetch(url).catch(() => {}) },
  'fetch, no-cors GET': {
    method: 'GET',
    isOpaque: true,
    send: (url) => fetch(url, { mode: 'no-cors' }).catch(() => {}),
  },
  'an image': {
    method: 'GET',
    isOpaque: true,
    send: (url) =>
      new Promise((resolve) => {
        const image = new Image()
        image.onload = image.onerror = resolve
        image.src = url
      }),
  },
}

/** Each is what `/closed/wrong` of the API answers; below `closed/` there is no CORS. */
const FAULTS = [
  'no HTTP at all',
  'broken off',
  'a 303 to where no CORS is',
  'a 307 to where no CORS is',
  'a refusal',
] as const

for (const hasWorker of [true, false]) {
  for (const isForeign of [false, true]) {
    const where = `${isForeign ? 'to another origin' : 'to the own origin'}, ${hasWorker ? 'behind the worker' : 'without a worker'}`
    test(`each way and each fault, ${where}`, async ({ browsing, site, resources, tokens, stranger }) => {
      test.setTimeout(120_000)
      if (!hasWorker) site.pages.set('/', COVERED_BY_ITSELF)
      resources.judges = false
      for (const header of ['Authorization', 'X-Token']) {
        site.configuration = oneSession(resourcesSession(resources, tokens, { header }))
        const tab = await openApp(browsing, site)
        await signIn(tab)
        for (const [name, way] of Object.entries(WAYS)) {
          if (!hasWorker && name === 'an image') continue // no script sees an image
          for (const fault of FAULTS) {
            const round = `${name}, ${fault}, header ${header}`
            const path = `/closed/${round.replaceAll(/\W+/g, '-')}`
            resources.on(path, (response) => answer(response, fault, stranger.url('/public/store')))
            await tab.evaluate(way.send, isForeign ? resources.url(path) : `/r${path}`)
            await settled(tab)
            const count = resources.to(path).length
            const refusals = fault === 'a refusal' ? 1 : 0
            const most = way.method === 'GET' && way.isOpaque && isForeign ? 3 : 1 + refusals
            expect.soft(count, round).toBeLessThanOrEqual(most)
            // Lifted to cors, a POST to another origin asks first, and is not sent where CORS does not allow it.
            if (!isForeign || (way.isOpaque && way.method === 'GET'))
              expect.soft(count, round).toBeGreaterThanOrEqual(1)
          }
        }
        await tab.close()
      }
    })
  }
}

function answer(response: ServerResponse, fault: (typeof FAULTS)[number], elsewhere: string): void {
  response.setHeader('connection', 'close')
  if (fault === 'no HTTP at all') response.socket!.end('not HTTP\r\n\r\n')
  else if (fault === 'broken off') {
    response.writeHead(200, { 'content-length': 1000 })
    response.write('part', () => response.destroy())
  } else if (fault === 'a refusal') response.writeHead(401).end()
  else response.writeHead(Number(fault.slice(2, 5)), { location: elsewhere }).end()
}

/** What was sent before this call has been answered by then: it goes the same way. */
async function settled(tab: Tab): Promise<void> {
  await tab.evaluate(async () => {
    for (let i = 0; i < 3; i++) await fetch('/r/echo/settled').catch(() => {})
  })
}

test('pictures in a store without CORS: three calls each, no refusal of the token, and no refresh', async ({
  browsing,
  site,
  resources,
  tokens,
}) => {
  site.configuration = oneSession(resourcesSession(resources, tokens))
  const tab = await openApp(browsing, site)
  await signIn(tab)
  resources.judges = false
  resources.on('/pictures', (response, { authorization }) => {
    if (authorization === undefined) response.writeHead(401).end()
    else response.writeHead(302, { location: resources.url('/closed/image', 'store.localhost') }).end()
  })
  for (let i = 0; i < 8; i++) await tab.evaluate(WAYS['an image']!.send, resources.url('/pictures'))
  const calls = resources.to('/pictures')
  expect(calls.length).toBeLessThanOrEqual(24)
  expect(tokens.refreshes).toEqual([])
  expect(await tab.evaluate(() => bearerWorker.session())).not.toHaveProperty('reason')
})
