/** What `"direct": true` costs: the column of docs/threat-model.md, each attack really tried. */
import { ask, openApp, signIn } from '../app.ts'
import { oneSession, resourcesSession } from '../configurations.ts'
import type { Browsing, Tab } from '../engines/engine.ts'
import { expect, test } from '../fixtures.ts'
import { callWorker } from './call-worker.ts'
import type { Resources } from '../servers/resources.ts'
import type { Site } from '../servers/site.ts'
import type { TokenServer } from '../../src/testing/servers/token-server.ts'

/** A dependency that keeps what passes through the browser's functions. */
const WATCH = `<script>
  window.seen = []
  const { fetch: native } = window
  window.fetch = async (...args) => {
    const request = args[0] instanceof Request ? args[0] : new Request(...args)
    seen.push([...request.headers].join())
    const response = await native(...args)
    seen.push([...response.headers].join(), await response.clone().text())
    return response
  }
  const { setRequestHeader } = XMLHttpRequest.prototype
  XMLHttpRequest.prototype.setRequestHeader = function (...header) {
    seen.push(header.join())
    setRequestHeader.apply(this, header)
  }
</script>`
const OURS = '<script src="/bearer-worker.js"></script>'

interface Servers {
  readonly site: Site
  readonly resources: Resources
  readonly tokens: TokenServer
}

/** What the dependency has seen of a sign-in and of some requests. */
async function watched(browsing: Browsing, { site, resources, tokens }: Servers, scripts: string): Promise<string> {
  site.configuration = oneSession(resourcesSession(resources, tokens, { direct: true }))
  site.pages.set('/watched.html', `<!doctype html>${scripts}<title>watched</title>`)
  const tab: Tab = await openApp(browsing, site, '/watched.html')
  await signIn(tab)
  await tab.evaluate(() => bearerWorker.session())
  expect((await ask(tab, '/r/echo')).status).toBe(200)
  await tab.evaluate(
    () =>
      new Promise((resolve) => {
        const xhr = new XMLHttpRequest()
        xhr.open('GET', '/r/echo')
        xhr.onloadend = resolve
        xhr.send()
      }),
  )
  return tab.evaluate(() => (window as unknown as { seen: readonly string[] }).seen.join('\n'))
}

test('a dependency that ran before the page script sees the access token, and no refresh token', async ({
  browsing,
  site,
  resources,
  tokens,
}) => {
  const seen = await watched(browsing, { site, resources, tokens }, WATCH + OURS)
  const { access_token, refresh_token } = tokens.issuer.latest
  expect(seen).toContain(access_token)
  expect(seen).not.toContain(refresh_token)
})

test('one that ran after it, and replaced the same functions, sees none', async ({
  browsing,
  site,
  resources,
  tokens,
}) => {
  const seen = await watched(browsing, { site, resources, tokens }, OURS + WATCH)
  for (const token of tokens.issuer.everyToken) expect(seen).not.toContain(token)
})

test('a redirect to another origin loses the token', async ({ browsing, site, resources, tokens, stranger }) => {
  site.configuration = oneSession(resourcesSession(resources, tokens, { direct: true }))
  const tab = await openApp(browsing, site)
  await signIn(tab)
  await tab.evaluate(() => bearerWorker.session())
  await ask(tab, `/r/redirect/307?to=${encodeURIComponent(stranger.url('/public/news'))}`)
  expect(stranger.requests.map(({ authorization }) => authorization)).toEqual([undefined])
})

test('a look-alike origin gets none', async ({ browsing, site, resources, tokens, stranger }) => {
  site.configuration = oneSession(resourcesSession(resources, tokens, { direct: true }))
  const tab = await openApp(browsing, site)
  await signIn(tab)
  await tab.evaluate(() => bearerWorker.session())
  await ask(tab, '/r/echo')
  await ask(tab, stranger.url('/public/news'))
  expect(stranger.requests.map(({ authorization }) => authorization)).toEqual([undefined])
})

test('an origin that a newer configuration does not list gets none from a page that is open', async ({
  browsing,
  site,
  resources,
  tokens,
}) => {
  site.configuration = oneSession(resourcesSession(resources, tokens, { direct: true }))
  const tab = await openApp(browsing, site)
  await signIn(tab)
  await tab.evaluate(() => bearerWorker.session())
  const lastSent = async () => {
    await ask(tab, resources.url('/open/news'))
    return resources.to('/open/news').at(-1)!.authorization
  }
  await expect.poll(lastSent).toBeDefined()
  site.configuration = oneSession(resourcesSession(resources, tokens, { direct: true, resources: ['/r/*'] }))
  // The worker reads the file again, as it does when it starts. The page is not what asks for it.
  await callWorker(tab, 'hello', {})
  await expect.poll(lastSent).toBeUndefined()
})
