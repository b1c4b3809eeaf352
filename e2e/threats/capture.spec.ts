/** Captured means captured, however the request is made and whatever shape the answer has. Ways × shapes, with and without a worker. */
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { openApp } from '../app.ts'
import { oneSession, resourcesSession } from '../configurations.ts'
import type { Tab } from '../engines/engine.ts'
import { expect, test } from '../fixtures.ts'
import { page } from '../servers/site.ts'
import { COVERED_BY_ITSELF } from './settings.ts'

const HEAD = 'fetch, HEAD'

/** Each sends a POST to the URL from the page, but for one, and resolves with all that the page can see of the answer. */
const WAYS: Readonly<Record<string, (url: string) => Promise<string>>> = {
  fetch: async (url) => {
    const response = await fetch(url, { method: 'POST', body: '{}' })
    return `${response.status} ${response.url} ${[...response.headers].join(' ')} ${await response.text()}`
  },
  'fetch of a Request, with a signal': async (url) => {
    const { signal } = new AbortController()
    const response = await fetch(new Request(url, { method: 'POST', body: '{}', signal }))
    return `${response.status} ${await response.text()}`
  },
  'fetch with an Authorization of its own': async (url) => {
    const response = await fetch(url, { method: 'POST', body: '{}', headers: { authorization: 'Basic YTpi' } })
    return `${response.status} ${await response.text()}`
  },
  'fetch, no-cors': async (url) => {
    const response = await fetch(url, { method: 'POST', body: '{}', mode: 'no-cors' })
    return `${response.status} ${await response.text()}`
  },
  [HEAD]: async (url) => {
    const { status, headers } = await fetch(url, { method: 'HEAD' })
    return `${status} ${[...headers].join(' ')}`
  },
  'fetch, keepalive': async (url) => {
    const response = await fetch(url, { method: 'POST', body: '{}', keepalive: true })
    return `${response.status} ${await response.text()}`
  },
  'fetch, read as a stream': async (url) => {
    const response = await fetch(url, { method: 'POST', body: '{}' })
    let text = ''
    if (!response.body) return `${response.status} `
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value
    return `${response.status} ${text}`
  },
  'fetch, read as a Blob': async (url) => {
    const response = await fetch(url, { method: 'POST', body: '{}' })
    return `${response.status} ${await (await response.blob()).text()}`
  },
  ...Object.fromEntries(
    (['', 'text', 'json', 'arraybuffer', 'blob', 'document'] as const).map((type) => [
      `XMLHttpRequest, responseType "${type}"`,
      (0, eval)(`(async (url) => {
        const xhr = new XMLHttpRequest()
        xhr.open('POST', url)
        xhr.responseType = '${type}'
        const seen = []
        const look = () => { if (${type === '' || type === 'text'}) seen.push(xhr.responseText) }
        for (const name of ['readystatechange', 'progress', 'load', 'loadend']) xhr.addEventListener(name, look)
        await new Promise((resolve) => { xhr.onloadend = resolve; xhr.send('{}') })
        seen.push(xhr.getAllResponseHeaders(), xhr.responseURL, xhr.getResponseHeader('location'))
        const { response } = xhr
        if (response instanceof Blob) seen.push(await response.text())
        else if (response instanceof ArrayBuffer) seen.push(new TextDecoder().decode(response))
        else if (response instanceof Node) seen.push(new XMLSerializer().serializeToString(response))
        else seen.push(typeof response === 'string' ? response : JSON.stringify(response))
        return xhr.status + ' ' + seen.join(' ')
      })`) as (url: string) => Promise<string>,
    ]),
  ),
  'XMLHttpRequest, looked at all the time': (url) =>
    new Promise((resolve) => {
      const xhr = new XMLHttpRequest()
      const seen = new Set<string>()
      const look = () => {
        const { responseText, responseXML, responseURL } = xhr
        seen.add(`${responseText} ${responseURL} ${xhr.getAllResponseHeaders()}`)
        if (responseXML) seen.add(new XMLSerializer().serializeToString(responseXML))
      }
      xhr.open('POST', url)
      const looking = setInterval(look)
      xhr.onloadend = () => {
        look()
        clearInterval(looking)
        resolve(`${xhr.status} ${[...seen].join(' ')}`)
      }
      xhr.send('{}')
    }),
  'XMLHttpRequest with an Authorization of its own': (url) =>
    new Promise((resolve) => {
      const xhr = new XMLHttpRequest()
      xhr.open('POST', url)
      xhr.setRequestHeader('Authorization', 'Basic YTpi')
      xhr.onloadend = () => resolve(`${xhr.status} ${xhr.responseText}`)
      xhr.send('{}')
    }),
  'XMLHttpRequest with upload progress': (url) =>
    new Promise((resolve) => {
      const xhr = new XMLHttpRequest()
      xhr.upload.addEventListener('progress', () => {})
      xhr.open('POST', url)
      xhr.onloadend = () => resolve(`${xhr.status} ${xhr.responseText}`)
      xhr.send('{}')
    }),
  sendBeacon: async (url) => {
    navigator.sendBeacon(url, '{}')
    return '200'
  },
}

interface Tokens {
  readonly access_token: string
}
type Answer = (response: ServerResponse, tokens: Tokens) => void

const JSON_HEADERS = { 'content-type': 'application/json' }
const textOf = (tokens: Tokens) => JSON.stringify({ ...tokens, token: tokens.access_token, user: 'Ada ☂' })

const inAList = (tokens: Tokens) => [
  [{ jwt: tokens.access_token, user: 'Ada' }, { n: 1 }],
  [`JWT ${tokens.access_token}`],
]
const percentEncoded = (text: string) => [...text].map((each) => `%${each.charCodeAt(0).toString(16)}`).join('')

/** The page gets no body then: a text that contains a token cannot be given in part. */
const IN_A_HEADER = 'a header, and a body that is no JSON'
const IN_XML = 'a header, and a body of XML'
const IN_PARTS = 'a header, and a body in parts'
const NO_CONTENT = 'a header, and no body'
/** A body of these is as the server sends it. */
const EVENTS = 'a header, and events'
const IN_LATIN1 = 'in Latin-1'
const IN_UTF16 = 'in UTF-16'

/** Each sends the same token response. */
const SHAPES: Readonly<Record<string, Answer>> = {
  plain: (response, tokens) => response.writeHead(200, JSON_HEADERS).end(textOf(tokens)),
  'a 201': (response, tokens) => response.writeHead(201, JSON_HEADERS).end(textOf(tokens)),
  'of another type': (response, tokens) => response.writeHead(200, { 'content-type': 'text/html' }).end(textOf(tokens)),
  'without a type': (response, tokens) => response.writeHead(200).end(textOf(tokens)),
  'with a byte order mark': (response, tokens) => response.writeHead(200, JSON_HEADERS).end(`\uFEFF${textOf(tokens)}`),
  compressed: (response, tokens) =>
    response.writeHead(200, { ...JSON_HEADERS, 'content-encoding': 'gzip' }).end(gzipSync(textOf(tokens))),
  'over 1 MiB': (response, tokens) =>
    response.writeHead(200, JSON_HEADERS).end(`${textOf(tokens).slice(0, -1)},"menu":"${'x'.repeat(2_000_000)}"}`),
  [IN_A_HEADER]: (response, tokens) =>
    response
      .writeHead(200, { 'content-type': 'text/plain', 'x-auth-token': `Bearer ${tokens.access_token}` })
      .end(`Your token: ${tokens.access_token}`),
  [IN_XML]: (response, tokens) =>
    response
      .writeHead(200, { 'content-type': 'application/xml', 'x-auth-token': `Bearer ${tokens.access_token}` })
      .end(`<token>${tokens.access_token}</token>`),
  [IN_LATIN1]: (response, tokens) =>
    response
      .writeHead(200, { 'content-type': 'application/json; charset=ISO-8859-1' })
      .end(Buffer.from(JSON.stringify({ ...tokens, user: 'Ada é' }), 'latin1')),
  [IN_UTF16]: (response, tokens) =>
    response
      .writeHead(200, { 'content-type': 'application/json; charset="utf-16le"' })
      .end(Buffer.from(`\uFEFF${textOf(tokens)}`, 'utf16le')),
  'in pieces': async (response, tokens) => {
    response.writeHead(200, JSON_HEADERS)
    for (const piece of textOf(tokens).match(/.{1,7}/gu) ?? []) {
      response.write(piece)
      await new Promise((resolve) => setImmediate(resolve))
    }
    response.end()
  },
}

/** Of these only the answer decides: they are tried in few ways. */
const SHAPES_OF_ANSWERS: Readonly<Record<string, Answer>> = {
  [IN_PARTS]: (response, tokens) =>
    response
      .writeHead(200, { 'content-type': 'multipart/form-data; boundary=x', 'x-auth-token': tokens.access_token })
      .end(`--x\r\ncontent-disposition: form-data; name="t"\r\n\r\n${tokens.access_token}\r\n--x--\r\n`),
  [NO_CONTENT]: (response, tokens) => response.writeHead(204, { 'x-auth-token': `Token ${tokens.access_token}` }).end(),
  [EVENTS]: (response, tokens) =>
    response
      .writeHead(200, { 'content-type': 'text/event-stream', 'x-auth-token': tokens.access_token })
      .end('data: Ada\n\n'),
  'in a list of lists, in JSON that says it is a text': (response, tokens) =>
    response.writeHead(200, { 'content-type': 'text/plain' }).end(JSON.stringify({ data: inAList(tokens) })),
  'in the URLs of a Location and a Link, too': (response, { access_token, ...tokens }) =>
    response
      .writeHead(201, {
        ...JSON_HEADERS,
        location: `/users/1?token=${percentEncoded(access_token)}`,
        link: `</users/1?token=${access_token}>; rel="self"`,
      })
      .end(JSON.stringify({ access_token, ...tokens, user: 'Ada' })),
  'after a redirect to a URL with the token': (response, tokens) =>
    response.writeHead(303, { location: `/r/open/signed-in?token=${tokens.access_token}` }).end(),
}
const FEW_WAYS = ['fetch', HEAD, 'XMLHttpRequest, responseType ""', 'XMLHttpRequest, responseType "blob"']

const CAPTURE = {
  capture: ['/r/open/sign-in/*'],
  tokenFields: { accessToken: ['access_token', 'header:x-auth-token', 'data.*.0.jwt'] },
}
/** What the page sees of the answer in one way. The filling of a long answer is left out, since it would take long to be sent. */
const seenBy = (tab: Tab, way: (url: string) => Promise<string>, url: string): Promise<string> =>
  tab.evaluate(
    async ({ source, url }) => {
      const send = (0, eval)(`(${source})`) as typeof way
      return (await send(url)).replaceAll(/x{100,}/g, 'x')
    },
    { source: way.toString(), url },
  )
/** Nothing that a page sees of it contains one of these. */
const leaksIn = (seen: string, tokens: readonly string[]) =>
  tokens.filter((token) => decodeURIComponent(seen).includes(token))

/** What has to be left of the body in what the page sees; undefined where it sees none, or cannot look into it. */
function leftOf(shape: string, way: string, hasWorker: boolean): string | undefined {
  if (/sendBeacon|no-cors|document|HEAD/.test(way)) return undefined
  if ([IN_A_HEADER, IN_XML, IN_PARTS, NO_CONTENT].includes(shape)) return undefined
  // Of a text the browser says no more than that it is one; bytes that are no UTF-8 it does not read as JSON.
  if (shape === EVENTS && way.includes('"json"')) return undefined
  return shape === IN_LATIN1 && (hasWorker || way.startsWith('fetch')) ? 'Ada é' : 'Ada'
}

/** A browser reads JSON as UTF-8 whatever its type says, and gives null for this. */
const isUnreadable = (shape: string, way: string, hasWorker: boolean) =>
  !hasWorker && shape === IN_UTF16 && way.includes('"json"')

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
