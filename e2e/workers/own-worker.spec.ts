/** The site's own worker sends requests by itself: `authorized()` of the part behaves as `fetch` of a page. */
import { openApp } from '../app.ts'
import { expect, test } from '../accounts/accounts.ts'
import { shows } from '../capabilities.ts'
import type { Tab } from '../engines/engine.ts'
import { bundle } from '../parts/bundle.ts'
import { page } from '../servers/site.ts'

/** Sends what a page asks for by a message, and gives up what it has sent last. */
const OWN_WORKER = `
  import { bearerWorkerPart } from 'bearer-worker/worker'
  const part = bearerWorkerPart()
  let stop
  addEventListener('install', (event) => (part.install(event), skipWaiting()))
  addEventListener('activate', (event) => event.waitUntil(clients.claim()))
  addEventListener('fetch', (event) => void part.fetch(event))
  addEventListener('message', (event) => {
    if (!part.message(event)) event.waitUntil(event.data === 'give up' ? stop.abort() : send(event))
  })
  async function send({ data: { url, init, options }, ports: [port] }) {
    stop = new AbortController()
    const sent = Promise.resolve().then(() => part.authorized(new Request(url, { ...init, signal: stop.signal }), options))
    const answer = sent.then(async (response) => [response.status, await response.text()])
    port.postMessage(await answer.catch((error) => [error.name === 'BearerWorkerError' ? error.code : error.name, '']))
  }`

interface Sent {
  readonly url: string
  readonly init?: RequestInit
  readonly options?: { readonly account?: string }
}

/** The status, or why it has failed, and the text of the answer. */
const send = (tab: Tab, sent: Sent): Promise<readonly [status: unknown, text: string]> =>
  tab.evaluate((sent) => {
    const { port1, port2 } = new MessageChannel()
    navigator.serviceWorker.controller!.postMessage(sent, [port2])
    return new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)))
  }, sent)

test(
  'authorized(): bodies, headers, accounts, what is not listed, and what is given up',
  shows("The token on requests that the site's own worker sends by `authorized()`"),
  async ({ browsing, site, stranger, configure, resources, tokens }, testInfo) => {
    configure()
    site.pages.set('/sw.js', await bundle(OWN_WORKER, testInfo.outputPath('own')))
    site.pages.set('/', page({ script: '<script src="/bearer-worker.js" data-worker="/sw.js"></script>' }))
    const tab = await openApp(browsing, site)
    const signIn = (user: string, account?: string) =>
      tab.evaluate(
        ({ response, account }) => bearerWorker.setTokens(response, 'main', account === undefined ? {} : { account }),
        { response: tokens.issuer.signIn(user), account },
      )
    await signIn('ada')
    await signIn('bob', 'bob')
    const subjects = () =>
      resources.arrivals.splice(0).map(({ path, authorization }) => {
        const token = authorization?.replace('Bearer ', '')
        return `${path} ${token === undefined ? 'no token' : (tokens.issuer.subjectOf(token) ?? token)}`
      })

    await test.step('with the token, refreshed and sent again, the body too', async () => {
      for (const [init, received] of [
        [{}, 0],
        [{ method: 'POST', body: 'text' }, 4],
        [{ method: 'PUT', body: 'grüße', headers: { 'x-own': '1' }, credentials: 'omit' }, 7],
        [{ method: 'DELETE' }, 0],
      ] as const) {
        tokens.issuer.expireAccessTokens()
        const [status, text] = await send(tab, { url: '/r/echo', init })
        expect([status, JSON.parse(text).received]).toEqual([200, received])
        expect(subjects().at(-1)).toBe('/echo ada')
      }
      expect(tokens.refreshes).toHaveLength(4)
    })

    await test.step('as the account that it names; nobody is signed in to another', async () => {
      expect((await send(tab, { url: '/r/echo', options: { account: 'bob' } }))[0]).toBe(200)
      expect((await send(tab, { url: '/r/echo', options: { account: 'eve' } }))[0]).toBe(401)
      expect((await send(tab, { url: '/r/echo', options: { account: '' } }))[0]).toBe('invalid-call')
      // That of bob has expired as well, and is refused once.
      expect(subjects()).toEqual(['/echo bob', '/echo bob', '/echo no token'])
    })

    await test.step('a header of its own stays; what is not listed has none', async () => {
      const headers = { authorization: 'Bearer own' }
      expect((await send(tab, { url: '/r/echo', init: { headers } }))[0]).toBe(401)
      expect(subjects()).toEqual(['/echo own'])
      await send(tab, { url: stranger.url('/rows') })
      expect(stranger.requests.map(({ authorization }) => authorization)).toEqual([undefined])
    })

    await test.step('given up while it waits for a refresh: it fails at once, and is never sent', async () => {
      tokens.issuer.expireAccessTokens()
      const gate = tokens.hold()
      const first = send(tab, { url: '/r/echo/first' })
      await gate.arrived()
      const second = send(tab, { url: '/r/echo/given-up' })
      await tab.evaluate(() => navigator.serviceWorker.controller!.postMessage('give up'))
      expect((await second)[0]).toBe('AbortError')
      gate.release()
      expect((await first)[0]).toBe(200)
      expect(subjects().filter((each) => each.includes('given-up'))).toEqual([])
    })
  },
)
