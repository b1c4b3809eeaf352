/** Libraries that open WebSockets and know nothing of tokens: each connects with a good one, also after it was refused. */
import { listenOnLoopback } from '../../scripts/demo/listen-on-loopback.ts'
import { openApp, signIn } from '../app.ts'
import { oauthSession, oneSession } from '../configurations.ts'
import { expect, test } from '../fixtures.ts'
import { page } from '../servers/site.ts'
import { bundleOf, versionOf } from './build.ts'
import { Door, LIBRARIES, startServer } from './servers.ts'

/** A page of the app: `run(url)` connects, and `shown` has what the library has brought. */
const APP = `<script type="module">
  import { connect } from '/app.js'
  window.shown = []
  window.run = (url) => void connect(url, (text) => shown.push(text))
</script>`

interface AppWindow {
  readonly shown: readonly string[]
  run(url: string): void
}

for (const { app, packageName, server, start, shown = (greeting: string) => greeting } of LIBRARIES) {
  test(packageName, async ({ browsing, site, api, tokens }, testInfo) => {
    testInfo.annotations.push({ type: 'library', description: `${packageName} ${versionOf(packageName)}` })
    testInfo.annotations.push({ type: 'server', description: server })
    const door = new Door(tokens.issuer)
    const running = await startServer(start, door)
    const { url, close } = await listenOnLoopback(running.server)
    testInfo.annotations.push({ type: 'way', description: Object.keys(running.way)[0]! })
    try {
      site.pages.set('/app.js', await bundleOf(app))
      site.pages.set('/', page({ head: APP }))
      site.configuration = oneSession(
        oauthSession(api, tokens, {
          resources: ['/api/*', `${url}/*`],
          exposeAccessToken: true,
          replaces: ['Bearer public-anon-key'],
          sockets: [{ url: `${url.replace('http', 'ws')}/*`, ...running.way }],
        }),
      )
      const tab = await openApp(browsing, site)
      await signIn(tab)
      const shownIn = () => tab.evaluate(() => (window as unknown as AppWindow).shown)
      const [first] = tokens.issuer.everyToken
      await tab.evaluate((url) => (window as unknown as AppWindow).run(url), url.replace('http', 'ws') + running.path)
      await expect.poll(shownIn).toEqual([shown('hello 1')])

      tokens.issuer.expireAccessTokens()
      running.close()
      await expect.poll(shownIn).toEqual(['hello 1', 'hello 2'].map(shown))
      expect(door.authorized).toEqual([first, tokens.issuer.latest.access_token])
      expect(tokens.refreshes).toHaveLength(1)
      expect(door.refusals).toBeLessThanOrEqual(1)
    } finally {
      running.endConnections()
      await close()
    }
  })
}
