/** Captured means captured, however the request is made and whatever shape the answer has. Ways × shapes, with and without a worker. */
import type { ServerResponse } from 'node:http'
import { openApp } from '../app.ts'
import { oneSession, resourcesSession } from '../configurations.ts'
import type { Tab } from '../engines/engine.ts'
import { expect, test } from '../fixtures.ts'
import { page } from '../servers/site.ts'
import { isUnreadable, JSON_HEADERS, leftOf, SHAPES, SHAPES_OF_ANSWERS } from './capture-shapes.ts'
import { FEW_WAYS, HEAD, seenBy, WAYS } from './capture-ways.ts'
import { COVERED_BY_ITSELF } from './settings.ts'

const CAPTURE = {
  capture: ['/r/open/sign-in/*'],
  tokenFields: { accessToken: ['access_token', 'header:x-auth-token', 'data.*.0.jwt'] },
}
/** Nothing that a page sees of it contains one of these. */
const leaksIn = (seen: string, tokens: readonly string[]) =>
  tokens.filter((token) => decodeURIComponent(seen).includes(token))

const state = (tab: Tab) => tab.evaluate(async () => (await bearerWorker.session()).state)

for (const hasWorker of [true, false]) {
  test(`each way and each shape, ${hasWorker ? 'behind the worker' : 'in a page without a worker'}`, async ({
    browsing,
    site,
    resources,
    tokens,
  }) => {
    test.setTimeout(120_000)
    site.configuration = oneSession(resourcesSession(resources, tokens, CAPTURE))
    if (!hasWorker) site.pages.set('/', COVERED_BY_ITSELF)
    const tab = await openApp(browsing, site)
    resources.on('/open/signed-in', (response) => SHAPES['plain']!(response, tokens.issuer.latest))
    for (const [name, way] of Object.entries(WAYS)) {
      const shapes = FEW_WAYS.includes(name) ? { ...SHAPES, ...SHAPES_OF_ANSWERS } : SHAPES
      for (const [shape, answer] of Object.entries(shapes)) {
        if (isUnreadable(shape, name, hasWorker) || (name === HEAD && !shape.startsWith('a header'))) continue
        const round = `${name}, ${shape}`
        const path = `/open/sign-in/${round.replaceAll(/\W+/g, '-')}`
        resources.on(path, (response) => answer(response, tokens.issuer.signIn()))
        const seen = await seenBy(tab, way, `/r${path}`)
        expect.soft(seen, round).toMatch(/^20[014]/)
        expect.soft(seen, round).toContain(leftOf(shape, name, hasWorker) ?? '')
        expect.soft(leaksIn(seen, tokens.issuer.everyToken), round).toEqual([])
        await expect.poll(() => state(tab), round).toBe('active')
        expect.soft(resources.to(path), round).toHaveLength(1)
        await tab.evaluate(() => bearerWorker.signOut())
      }
    }
  })
}

test('an XMLHttpRequest without a worker is open: its own object shows another answer, the getter of its class the server’s', async ({
  browsing,
  site,
  resources,
  tokens,
}) => {
  site.configuration = oneSession(resourcesSession(resources, tokens, { capture: ['/r/open/sign-in'] }))
  site.pages.set('/', COVERED_BY_ITSELF)
  resources.on('/open/sign-in', (response) => SHAPES['plain']!(response, tokens.issuer.signIn()))
  const tab = await openApp(browsing, site)
  const [shown, real] = await tab.evaluate(async () => {
    const xhr = new XMLHttpRequest()
    xhr.open('POST', '/r/open/sign-in')
    await new Promise((resolve) => {
      xhr.onloadend = resolve
      xhr.send('{}')
    })
    const { get } = Object.getOwnPropertyDescriptor(XMLHttpRequest.prototype, 'responseText')!
    return [xhr.responseText, get!.call(xhr) as string] as const
  })
  expect(shown).not.toContain(tokens.issuer.latest.access_token)
  expect(real).toContain(tokens.issuer.latest.access_token)
})

test('a synchronous XMLHttpRequest, whose answer nobody reads before the page, is a network error', async ({
  browsing,
  site,
  resources,
  tokens,
}) => {
  site.tapsConsole = true
  site.configuration = oneSession(resourcesSession(resources, tokens, { capture: ['/r/open/sign-in'] }))
  resources.on('/open/sign-in', (response) => SHAPES['plain']!(response, tokens.issuer.signIn()))
  for (const script of [page(), COVERED_BY_ITSELF]) {
    site.pages.set('/', script)
    const tab = await openApp(browsing, site)
    const seen = await tab.evaluate(() => {
      const xhr = new XMLHttpRequest()
      xhr.open('POST', '/r/open/sign-in', false)
      try {
        xhr.send('{}')
        return 'an answer'
      } catch (error) {
        return `${(error as Error).name} ${xhr.status} ${xhr.responseText}`
      }
    })
    expect(seen).toBe('NetworkError 0 ')
  }
  expect(resources.to('/open/sign-in')).toEqual([])
  await expect.poll(() => site.console.join()).toContain('Open it with async true.')
})

/** Answers of which nothing is captured, and what the page sees of them. */
const UNCAPTURED: Readonly<Record<string, readonly [answer: (response: ServerResponse) => void, seen: string]>> = {
  'a second factor': [
    (response) => response.writeHead(200, JSON_HEADERS).end('{"token":"for-the-second-step"}'),
    '200 {"token":"for-the-second-step"}',
  ],
  'a refusal': [
    (response) => response.writeHead(401, JSON_HEADERS).end('{"access_token":"no","error":"x"}'),
    '401 {"access_token":"no","error":"x"}',
  ],
  'a text that is no JSON': [
    (response) => response.writeHead(200, JSON_HEADERS).end('access_token=x'),
    '200 access_token=x',
  ],
  nothing: [(response) => response.writeHead(204).end(), '204 '],
}

test('an answer without an access token reaches the page as it is', async ({ browsing, site, resources, tokens }) => {
  site.configuration = oneSession(resourcesSession(resources, tokens, { capture: ['/r/open/sign-in'] }))
  const tab = await openApp(browsing, site)
  for (const [shape, [answer, expected]] of Object.entries(UNCAPTURED)) {
    resources.on('/open/sign-in', answer)
    const seen = await tab.evaluate(async () => {
      const response = await fetch('/r/open/sign-in', { method: 'POST' })
      return `${response.status} ${await response.text()}`
    })
    expect.soft(seen, shape).toBe(expected)
    expect.soft(await state(tab), shape).toBe('signed-out')
  }
})

for (const by of ['fetch', 'XMLHttpRequest, responseType "json"'] as const) {
  test(`a capture that a newer configuration lists, from a page that is open: ${by}`, async ({
    browsing,
    site,
    resources,
    tokens,
  }) => {
    site.mounts.set('/open/', resources.handle)
    const open = await openApp(browsing, site)
    site.configuration = oneSession(resourcesSession(resources, tokens, { capture: ['/open/sign-in'] }))
    resources.on('/open/sign-in', (response) => SHAPES['plain']!(response, tokens.issuer.signIn()))
    await openApp(browsing, site)
    // The newer configuration comes to a page that is open by a notice.
    const explained = () =>
      open.evaluate(async () => (await bearerWorker.explain('/open/sign-in', { method: 'POST' })).code)
    await expect.poll(explained).toBe('capture')
    await expect
      .poll(async () => {
        const seen = await seenBy(open, WAYS[by]!, '/open/sign-in')
        return tokens.issuer.everyToken.some((token) => seen.includes(token))
      })
      .toBe(false)
    await expect.poll(() => state(open)).toBe('active')
  })
}
