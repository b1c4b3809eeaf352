/** The one exchange: every way in which a request can leave goes by the same policy. */
import type { ServerResponse } from 'node:http'
import { openApp, type PageAnswer, signIn } from './app.ts'
import { oneSession, resourcesSession, type SessionInFile } from './configurations.ts'
import type { Browsing, Tab } from './engines/engine.ts'
import { expect, test } from './fixtures.ts'
import type { Resources } from './servers/resources.ts'
import { page, type Site } from './servers/site.ts'
import { PASSWORD, type TokenServer } from '../src/testing/servers/token-server.ts'

interface Way {
  readonly name: string
  readonly hasWorker: boolean
  /** The page authorizes it itself. */
  readonly isDirect?: true
  readonly by: 'fetch' | 'XMLHttpRequest' | 'upload with progress'
}

const BEHIND: readonly Way[] = [true, false].flatMap((hasWorker) =>
  (['fetch', 'XMLHttpRequest', 'upload with progress'] as const).map((by) => ({
    name: `${by}, ${hasWorker ? 'behind the worker' : 'in a page without a worker'}`,
    hasWorker,
    by,
  })),
)

const WAYS: readonly Way[] = [
  ...BEHIND,
  { name: "fetch, in the page's own lane", hasWorker: true, isDirect: true, by: 'fetch' },
  { name: "upload with progress, in the page's own lane", hasWorker: true, isDirect: true, by: 'upload with progress' },
]

const WITHOUT_WORKERS =
  '<script>delete Navigator.prototype.serviceWorker</script><script src="/bearer-worker.js"></script>'

interface Servers {
  readonly site: Site
  readonly resources: Resources
  readonly tokens: TokenServer
}

/** Opens a page that somebody is signed in to, with a configuration of one session. */
async function open(browsing: Browsing, way: Way, servers: Servers, changes: SessionInFile = {}): Promise<Tab> {
  const { site, resources, tokens } = servers
  site.configuration = oneSession(
    resourcesSession(resources, tokens, { ...changes, ...(way.isDirect && { direct: true }) }),
  )
  if (!way.hasWorker) site.pages.set('/', page({ script: WITHOUT_WORKERS }))
  const tab = await openApp(browsing, site)
  await signIn(tab)
  return tab
}

/** Sends a POST in one of the ways. */
function post(tab: Tab, { by }: Way, url: string, body: string, type = 'text/plain'): Promise<PageAnswer> {
  return tab.evaluate(
    async ({ by, url, body, type }) => {
      if (by === 'fetch') {
        const response = await fetch(url, { method: 'POST', body, headers: { 'content-type': type } })
        return { status: response.status, headers: {}, text: await response.text() }
      }
      const request = new XMLHttpRequest()
      if (by === 'upload with progress') request.upload.addEventListener('progress', () => {})
      request.open('POST', url)
      request.setRequestHeader('content-type', type)
      await new Promise((resolve) => {
        request.addEventListener('loadend', resolve)
        request.send(body)
      })
      return { status: request.status, headers: {}, text: request.responseText }
    },
    { by, url, body, type },
  )
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

for (const way of WAYS) {
  test.describe(way.name, () => {
    test('somebody else signs in while the token is being refused: it is not sent again', async ({
      browsing,
      site,
      resources,
      tokens,
    }) => {
      const tab = await open(browsing, way, { site, resources, tokens })
      const ada = `Bearer ${tokens.issuer.latest.access_token}`
      let refuse!: () => void
      const signedIn = new Promise<void>((resolve) => (refuse = resolve))
      resources.judges = false
      resources.on('/mine', async (response, { authorization }) => {
        if (authorization !== ada) return answer(response, 200, {})
        await signedIn
        answer(response, 401, { error: 'invalid_token' })
      })
      const answered = post(tab, way, '/r/mine', "Ada's letter")
      await resources.arrived('/mine')
      const bob = tokens.issuer.signIn()
      await tab.evaluate((response) => bearerWorker.setTokens(response), bob)
      refuse()
      expect((await answered).status).toBe(401)
      expect(resources.to('/mine').map(({ authorization }) => authorization)).toEqual([ada])
    })

    test('a body over maxReplayBytes is not sent again', async ({ browsing, site, resources, tokens }) => {
      const tab = await open(browsing, way, { site, resources, tokens }, { maxReplayBytes: 10 })
      tokens.issuer.expireAccessTokens()
      // Bytes count, not characters.
      const answers = [await post(tab, way, '/r/echo', '€€€€')]
      await expect.poll(() => tokens.refreshes.length).toBe(1)
      answers.push(await post(tab, way, '/r/echo', 'ten chars.'))
      expect(answers.map(({ status }) => status)).toEqual([401, 200])
      expect(resources.to('/echo').map(({ received }) => received)).toEqual([12, 10])
    })

    test('five refreshes that do not help are followed by none', async ({ browsing, site, resources, tokens }) => {
      const tab = await open(browsing, way, { site, resources, tokens })
      resources.judges = false
      resources.on('/always', (response) => answer(response, 401, { error: 'invalid_token' }))
      for (let i = 0; i < 10; i++) expect((await post(tab, way, '/r/always', 'text')).status).toBe(401)
      expect(tokens.refreshes).toHaveLength(5)
      expect(resources.to('/always')).toHaveLength(15)
      expect(await tab.evaluate(() => bearerWorker.session())).toMatchObject({ reason: 'refresh-ineffective' })
    })

    test('five refreshes for bodies that cannot be sent again are followed by none, too', async ({
      browsing,
      site,
      resources,
      tokens,
    }) => {
      const tab = await open(browsing, way, { site, resources, tokens }, { maxReplayBytes: 0 })
      resources.judges = false
      resources.on('/always', (response) => answer(response, 401, { error: 'invalid_token' }))
      for (let i = 0; i < 10; i++) {
        await post(tab, way, '/r/always', 'text')
        const isSettled = async () => !(await tab.evaluate(() => bearerWorker.session())).refreshing
        await expect.poll(isSettled).toBe(true)
      }
      expect(tokens.refreshes.length).toBeLessThanOrEqual(6)
      expect(resources.to('/always')).toHaveLength(10)
    })

    test('a 200 with a listed code is a refusal', async ({ browsing, site, resources, tokens }) => {
      const invalidToken = { statuses: [200], errorCodes: ['UNAUTHENTICATED'] }
      const tab = await open(browsing, way, { site, resources, tokens }, { invalidToken })
      const ada = `Bearer ${tokens.issuer.latest.access_token}`
      resources.judges = false
      resources.on('/graphql', (response, { authorization }) =>
        answer(response, 200, authorization === ada ? { error: 'UNAUTHENTICATED' } : { data: {} }),
      )
      expect(await post(tab, way, '/r/graphql', '{}')).toMatchObject({ status: 200, text: '{"data":{}}' })
      expect(resources.to('/graphql')).toHaveLength(2)
    })

    test('it stands in the history', async ({ browsing, site, resources, tokens }) => {
      const tab = await open(browsing, way, { site, resources, tokens })
      tokens.issuer.expireAccessTokens()
      await post(tab, way, '/r/echo?secret=1', 'text')
      const entries = () => tab.evaluate(() => bearerWorker.history())
      await expect
        .poll(async () => (await entries()).filter(({ url }) => url.endsWith('/r/echo?secret')))
        .toMatchObject([{ kind: 'request', method: 'POST', outcome: 'replayed', status: 200, session: 'main' }])
    })

    test('a sign-in is captured', async ({ browsing, site, resources, tokens }) => {
      const tab = await open(browsing, way, { site, resources, tokens })
      await tab.evaluate(() => bearerWorker.signOut())
      const body = JSON.stringify({ username: 'ada', password: PASSWORD })
      const { status, text } = await post(tab, way, '/auth/login', body, 'application/json')
      const { access_token, refresh_token } = tokens.issuer.latest
      expect(status).toBe(200)
      for (const token of [access_token, refresh_token]) expect(text).not.toContain(token)
      expect(await tab.evaluate(() => bearerWorker.session())).toMatchObject({ state: 'active' })
    })
  })
}
