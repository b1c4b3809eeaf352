/** A page that says what it tells, and what must be true of it however it is covered: everything that a page does with its API works. */
import { CONSOLE, GOOD, sendEverything, showImage, signInTwice, toldOf } from './all-ways-to-send.ts'
import { oneSession, resourcesSession } from './configurations.ts'
import type { Tab } from './engines/engine.ts'
import { expect, test as base } from './fixtures.ts'
import type { Arrival, Resources } from './servers/resources.ts'
import { page, type Site } from './servers/site.ts'
import { Sockets } from './servers/sockets.ts'
import type { TokenServer } from '../src/testing/servers/token-server.ts'

/** With sockets that are connected with a ticket, for which no page sees a token. */
export const test = base.extend<{ sockets: Sockets }>({
  sockets: async ({ tokens, site, resources }, use) => {
    const sockets = await Sockets.start(tokens.issuer)
    const ticketed = { url: sockets.url('/ticket/*'), ticket: { url: sockets.url('/tickets', 'http') } }
    site.configuration = oneSession(resourcesSession(resources, tokens, { sockets: [ticketed] }))
    await use(sockets)
    await sockets.stop()
  },
})

/** Whom a page talks to. */
interface Servers {
  readonly resources: Resources
  readonly tokens: TokenServer
  readonly sockets: Sockets
}

/** Another library's worker: it takes over at once, and knows nothing of us. */
export const OTHER_WORKER = `
addEventListener('install', () => skipWaiting())
addEventListener('activate', (event) => event.waitUntil(clients.claim()))
addEventListener('fetch', () => {})
addEventListener('message', () => {})`

/** Runs in a page: unregisters every worker of its origin. */
export const unregister = async () => {
  for (const each of await navigator.serviceWorker.getRegistrations()) await each.unregister()
}
export function serve(site: Site): void {
  site.pages.set('/told.html', page({ script: `${CONSOLE}<script src="/bearer-worker.js"></script>` }))
  site.pages.set('/other.sw.js', OTHER_WORKER)
  site.mounts.set('/clear', (_, response) => {
    response.writeHead(200, { 'clear-site-data': '"storage"', 'content-type': 'text/plain' }).end('cleared')
  })
}

/**
 * No server has seen a header of ours, and every request to a resource had its token; but for images where no worker
 * covers the page: no script sees those.
 */
function judgeServers({ resources, tokens, sockets }: Servers, by: 'worker' | 'page'): void {
  const arrivals = [...resources.arrivals, ...resources.preflights]
  for (const { headers } of [...arrivals, ...tokens.signIns]) {
    expect(Object.keys(headers)).not.toContain('bearer-worker')
    expect(headers['access-control-request-headers'] ?? '').not.toContain('bearer-worker')
  }
  const mayBeBare = ({ path }: Arrival) => by === 'page' && path === '/image'
  expect(resources.arrivals.filter((each) => each.authorization === undefined && !mayBeBare(each))).toEqual([])
  expect(resources.arrivals.map(({ path }) => path)).toContain('/echo/beacon')
  expect(sockets.ticketRequests.filter((authorization) => authorization === undefined)).toEqual([])
  expect(sockets.handshakes.map(({ query }) => query.has('ticket'))).toEqual([true])
}

/** Sends in every way, signs in and out, and counts what was told. */
export async function judgePage(tab: Tab, servers: Servers, messages: number): Promise<void> {
  const { resources, tokens, sockets } = servers
  const elsewhere = { resource: resources.url('/echo/elsewhere'), socket: sockets.url('/ticket/live') }
  const done = await sendEverything(tab, elsewhere)
  expect(Object.fromEntries(done.map(({ what, result }) => [what, result]))).toEqual(GOOD)
  await resources.arrived('/echo/beacon')
  expect(done.filter(({ took }) => took > 5_000)).toEqual([])
  const by = await tab.evaluate(() => bearerWorker.ready)
  const shown = await showImage(tab)
  if (by === 'worker') expect(shown).toBe('load')
  judgeServers(servers, by)

  const given = (await signInTwice(tab)).join()
  for (const token of tokens.issuer.everyToken) expect(given).not.toContain(token)
  const signedOut = await tab.evaluate(async () => {
    const begin = performance.now()
    await bearerWorker.signOut()
    return { state: (await bearerWorker.session()).state, isQuick: performance.now() - begin < 5_000 }
  })
  expect(signedOut).toEqual({ state: 'signed-out', isQuick: true })
  expect((await toldOf(tab)).length, (await toldOf(tab)).join('\n')).toBeLessThanOrEqual(messages)
}
