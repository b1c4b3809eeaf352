/** What the tests of accounts share: tabs that go as different users of one session, and whose token each request had. */
import { openApp } from '../app.ts'
import { oneSession, resourcesSession, type SessionInFile } from '../configurations.ts'
import type { Browsing, Tab } from '../engines/engine.ts'
import { test as base } from '../fixtures.ts'
import type { Resources } from '../servers/resources.ts'
import { page, SCRIPT, type Site } from '../servers/site.ts'
import { Sockets } from '../servers/sockets.ts'
import type { TokenServer } from '../../src/testing/servers/token-server.ts'

export { expect } from '../fixtures.ts'

interface Accounts {
  readonly sockets: Sockets
  /** Puts a configuration in force that the ways to send need, with these changes. */
  readonly configure: (changes?: SessionInFile) => void
  /** Opens a tab that goes as this user, and signs the user in. */
  readonly openAs: (user: string, path?: string) => Promise<Tab>
  /** Opens a tab that has chosen no account, and signs carol in: whom a tab that is not known must not go as. */
  readonly openUnnamed: (path?: string) => Promise<Tab>
  /** Puts a configuration in force, and opens a tab as ada and one as bob. */
  readonly openTwo: (changes?: SessionInFile, path?: string) => Promise<{ readonly ada: Tab; readonly bob: Tab }>
  /** Of the requests that came since the last look: `fetch ada: ada` is one for ada, sent by ada's tab with ada's token. */
  readonly arrived: () => readonly string[]
}

/** A page where no service worker can run. */
export const BARE = '/bare.html'

export const test = base.extend<Accounts>({
  sockets: async ({ tokens }, use) => {
    const sockets = await Sockets.start(tokens.issuer)
    await use(sockets)
    await sockets.stop()
  },
  configure: async ({ site, resources, tokens, sockets }, use) => {
    site.pages.set(BARE, page({ script: `<script>delete Navigator.prototype.serviceWorker</script>${SCRIPT}` }))
    await use((changes = {}) => {
      site.configuration = oneSession(
        resourcesSession(resources, tokens, {
          navigations: true,
          exposeAccessToken: true,
          sockets: [{ url: sockets.url('/*'), protocol: 'bearer.{accessToken:base64url}' }],
          ...changes,
        }),
      )
    })
  },
  openAs: async ({ browsing, site, tokens }, use) => {
    await use((user, path) => openAs({ browsing, site, tokens }, user, path))
  },
  openUnnamed: async ({ browsing, site, tokens }, use) => {
    await use(async (path) => {
      const tab = await openApp(browsing, site, path)
      await tab.evaluate((response) => bearerWorker.setTokens(response), tokens.issuer.signIn('carol'))
      return tab
    })
  },
  openTwo: async ({ configure, openAs }, use) => {
    await use(async (changes, path) => {
      configure(changes)
      const bob = await openAs('bob', path)
      return { ada: await openAs('ada', path), bob }
    })
  },
  arrived: async ({ resources, sockets, tokens }, use) => {
    await use(() => [...bySubject(resources, tokens), ...handshakesBySubject(sockets, tokens)])
  },
})

interface Servers {
  readonly browsing: Browsing
  readonly site: Site
  readonly tokens: TokenServer
}

async function openAs({ browsing, site, tokens }: Servers, user: string, path?: string): Promise<Tab> {
  const tab = await openApp(browsing, site, path)
  await tab.evaluate(({ user }) => bearerWorker.use(user), { user })
  await tab.evaluate((response) => bearerWorker.setTokens(response), tokens.issuer.signIn(user))
  return tab
}

function bySubject({ arrivals }: Resources, { issuer }: TokenServer): readonly string[] {
  return arrivals.splice(0).map(({ query, authorization }) => {
    const subject = authorization && issuer.subjectOf(authorization.replace('Bearer ', ''))
    return `${query.get('way')} ${query.get('as')}: ${subject ?? 'no token'}`
  })
}

function handshakesBySubject({ handshakes }: Sockets, { issuer }: TokenServer): readonly string[] {
  return handshakes
    .splice(0)
    .map(({ query, token = '' }) => `socket ${query.get('as')}: ${issuer.subjectOf(token) ?? 'no token'}`)
}

/** What brought a good answer; a beacon and a synchronous request that cannot know the token yet are only sent. */
export interface Sent {
  readonly good: readonly string[]
  readonly bad: readonly string[]
}

/** Sends a request in each of these ways, all at once. */
export function send(
  tab: Tab,
  sent: { readonly as: string; readonly ways: readonly string[]; readonly socket: string },
) {
  return tab.evaluate(async ({ as, ways, socket }): Promise<Sent> => {
    // A document shows an image of the same URL once more without a request.
    const to = (path: string, way: string) => `/r/${path}?way=${way}&as=${as}&at=${performance.now()}`
    const event = (target: object, good: string, bad: string) =>
      new Promise<boolean>((resolve) => {
        Object.assign(target, { [`on${good}`]: () => resolve(true), [`on${bad}`]: () => resolve(false) })
      })
    const xhr = async (way: string, prepare: (request: XMLHttpRequest) => void, body?: string) => {
      const request = new XMLHttpRequest()
      prepare(request)
      request.open(body === undefined ? 'GET' : 'POST', to('echo', way))
      const ended = event(request, 'loadend', 'never')
      request.send(body)
      await ended
      return request.status === 200
    }
    const all: Readonly<Record<string, () => Promise<boolean>>> = {
      fetch: async () => (await fetch(to('echo', 'fetch'))).ok,
      post: async () => (await fetch(to('echo', 'post'), { method: 'POST', body: 'text' })).ok,
      xhr: () => xhr('xhr', () => {}),
      upload: () => xhr('upload', (request) => (request.upload.onprogress = () => {}), 'x'.repeat(10_000)),
      async events() {
        const source = new EventSource(to('events', 'events'))
        const isGood = await event(source, 'message', 'error')
        source.close()
        return isGood
      },
      beacon: async () => navigator.sendBeacon(to('echo', 'beacon'), 'text'),
      image: () => event(Object.assign(new Image(), { src: to('image', 'image') }), 'load', 'error'),
      async navigation() {
        const frame = document.createElement('iframe')
        frame.src = to('document', 'navigation')
        const loaded = event(frame, 'load', 'error')
        document.body.append(frame)
        await loaded
        const isGood = frame.contentDocument?.title === 'A report'
        frame.remove()
        return isGood
      },
      async worker() {
        const worker = new Worker(`/worker.js?${new URLSearchParams({ url: to('echo', 'worker') })}`)
        return new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data === 200)))
      },
      async socket() {
        const opened = new WebSocket(`${socket}?as=${as}`)
        const isOpen = await event(opened, 'open', 'error')
        opened.close()
        return isOpen
      },
    }
    const results = await Promise.all(
      ways.map(async (way) => {
        const late = new Promise<boolean>((resolve) => setTimeout(resolve, 20_000, false))
        return [way, await Promise.race([all[way]!(), late]).catch(() => false)] as const
      }),
    )
    const which = (isGood: boolean) => results.filter(([, each]) => each === isGood).map(([way]) => way)
    return { good: which(true), bad: which(false) }
  }, sent)
}

/** The script of a dedicated worker that sends one request. */
export const WORKER = "fetch(new URLSearchParams(location.search).get('url')).then(({ status }) => postMessage(status))"
