/** What a page loads by other ways than `fetch`: with the token where `destinations` lists it, and modules of data always. */
import { openApp, signIn } from './app.ts'
import { shows } from './capabilities.ts'
import { oneSession, resourcesSession } from './configurations.ts'
import type { Tab } from './engines/engine.ts'
import { expect, test } from './fixtures.ts'
import type { Resources } from './servers/resources.ts'

const EVERY = ['image', 'audio', 'video', 'track', 'script', 'style', 'font', 'manifest', 'worker']
/** SHA-256 of `window.ran = true`. */
const SCRIPT = 'window.ran = true'
const TYPES: Readonly<Record<string, readonly [type: string, body: string]>> = {
  script: ['text/javascript', SCRIPT],
  module: ['text/javascript', 'export default 7'],
  style: ['text/css', 'body { --seen: 1 }'],
  font: ['font/woff2', 'no font'],
  worker: [
    'text/javascript',
    'self.postMessage?.("up"); self.onconnect = ({ ports: [port] }) => port.postMessage("up")',
  ],
  json: ['application/json', '7'],
  text: ['text/plain', 'seven'],
}

function serve(resources: Resources): void {
  for (const [kind, [type, body]] of Object.entries(TYPES))
    for (const path of [kind, `${kind}-integrity`, `${kind}-crossorigin`, `shared-${kind}`])
      resources.on(`/${path}`, (response) => void response.writeHead(200, { 'content-type': type }).end(body))
}

/** Loads everything below an address. Resolves with what came of each. */
const loadEverything = (tab: Tab, at: string, isOwn: boolean): Promise<Readonly<Record<string, string>>> =>
  tab.evaluate(
    async ({ at, isOwn, script }) => {
      const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(script))
      const integrity = `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`
      const element = (name: 'script' | 'link', attributes: object) =>
        new Promise<string>((resolve) => {
          const made = Object.assign(document.createElement(name), attributes)
          made.addEventListener('load', () => resolve('loaded'))
          made.addEventListener('error', () => resolve('failed'))
          document.head.append(made)
        })
      const loaded = (work: Promise<unknown>) => work.then(() => 'loaded').catch(() => 'failed')
      const importing = (url: string, type?: string) =>
        loaded(
          new Function('url', `return import(url${type ? `, { with: { type: '${type}' } }` : ''})`)(
            url,
          ) as Promise<unknown>,
        )
      const working = (target: EventTarget & { start?(): void }, failing: EventTarget) =>
        new Promise<string>((resolve) => {
          target.addEventListener('message', () => resolve('loaded'))
          failing.addEventListener('error', () => resolve('failed'))
          target.start?.()
        })
      const work = () => {
        const worker = new Worker(`${at}/worker`)
        return working(worker, worker)
      }
      const share = () => {
        const worker = new SharedWorker(`${at}/shared-worker`)
        return working(worker.port, worker)
      }
      const all: Readonly<Record<string, () => Promise<string>>> = {
        script: () => element('script', { src: `${at}/script` }),
        'script-integrity': () =>
          element('script', { src: `${at}/script-integrity`, integrity, crossOrigin: 'anonymous' }),
        module: () => importing(`${at}/module`),
        style: () => element('link', { rel: 'stylesheet', href: `${at}/style` }),
        font: async () => {
          await loaded(new FontFace('x', `url(${at}/font)`).load())
          return 'asked'
        },
        json: () => importing(`${at}/json`, 'json'),
        text: () => importing(`${at}/text`, 'text'),
        // A worker has to be of the page's own origin.
        ...(isOwn && { worker: work, 'shared-worker': share }),
      }
      const results: Record<string, string> = {}
      for (const [kind, load] of Object.entries(all)) results[kind] = await load()
      return results
    },
    { at, isOwn, script: SCRIPT },
  )

const authorized = (resources: Resources): Readonly<Record<string, boolean>> =>
  Object.fromEntries(resources.arrivals.map(({ path, authorization }) => [path.slice(1), authorization !== undefined]))

for (const where of ['own', 'other'] as const) {
  test(
    `listed destinations have the token, of the ${where} origin`,
    shows('The token on scripts, styles, fonts and workers that `destinations` lists'),
    async ({ browsing, site, resources, tokens }) => {
      site.configuration = oneSession(resourcesSession(resources, tokens, { destinations: EVERY }))
      serve(resources)
      const tab = await openApp(browsing, site)
      await signIn(tab)
      // Refused once, and sent again with a new token.
      tokens.issuer.expireAccessTokens()
      const results = await loadEverything(tab, where === 'own' ? '/r' : resources.url(''), where === 'own')
      const { text, ...others } = results
      expect(new Set(Object.values(others))).toEqual(new Set(['loaded', 'asked']))
      const seen = authorized(resources)
      expect(new Set(Object.values(seen))).toEqual(new Set([true]))
      // Text modules are new.
      expect(text === 'loaded').toBe('text' in seen)
      expect(tokens.refreshes).toHaveLength(1)
    },
  )
}

test('without a list, scripts, styles, fonts and workers have none; modules of data have it', async ({
  browsing,
  engine,
  site,
  resources,
}) => {
  serve(resources)
  const tab = await openApp(browsing, site)
  await signIn(tab)
  const results = await loadEverything(tab, '/r', true)
  const { json, text, ...others } = authorized(resources)
  // WebKit requests a JSON module as a script.
  expect(json).toBe(engine.name !== 'webkit')
  expect(text ?? true).toBe(true)
  expect(new Set(Object.values(others))).toEqual(new Set([false]))
  expect(results['script']).toBe('failed')
})

test(
  'modules of data have the token: JSON; CSS and text where the browser has them',
  shows('The token on JSON modules; on CSS and text modules where the browser has them'),
  async ({ browsing, engine, site, resources, tokens }) => {
    test.skip(engine.name === 'webkit', 'WebKitGTK requests a JSON module as a script')
    resources.on('/css', (response) => void response.writeHead(200, { 'content-type': 'text/css' }).end('a { b: c }'))
    serve(resources)
    const tab = await openApp(browsing, site)
    await signIn(tab)
    tokens.issuer.expireAccessTokens()
    const loaded = await tab.evaluate(async () => {
      const all: string[] = []
      for (const type of ['json', 'css', 'text']) {
        const importing = new Function('url', `return import(url, { with: { type: '${type}' } })`)
        await importing(`/r/${type}`).then(
          () => all.push(type),
          () => {},
        )
      }
      return all
    })
    expect(loaded).toContain('json')
    // One that is refused for its type has not been asked for.
    const last = (type: string) => resources.to(`/${type}`).at(-1)?.authorization
    expect(loaded.map(last)).toEqual(loaded.map(() => `Bearer ${tokens.issuer.latest.access_token}`))
  },
)
