/** To the page it is the socket of the browser, also when it is opened at once. */
import { openApp, signIn } from '../app.ts'
import type { Tab } from '../engines/engine.ts'
import { page } from '../servers/site.ts'
import { ofItsLife } from './observed-events.ts'
import { ofTheObject } from './observed-object.ts'
import { observed } from './observed.ts'
import { expect, test } from './sockets.ts'

/** A page that opens its socket while it is parsed. */
const EARLY = `<script>
  var early = new Promise(function (resolve) {
    var socket = new WebSocket(new URLSearchParams(location.search).get('socket'))
    socket.onclose = function (event) { resolve(event.code) }
    socket.onopen = function () { socket.close(3001) }
  })
</script>`
const ofEarly = (tab: Tab) => tab.evaluate(() => (window as unknown as { early: Promise<number> }).early)

for (const [where, script] of [
  ['a first visit', undefined],
  [
    'a page without a worker',
    '<script>delete Navigator.prototype.serviceWorker</script><script src="/bearer-worker.js"></script>',
  ],
] as const) {
  test(`${where}: a socket that is opened at once waits for what covers the page`, async ({
    browsing,
    site,
    sockets,
    tokens,
  }) => {
    site.pages.set('/early.html', page({ head: EARLY, ...(script && { script }) }))
    const address = (path: string) => `/early.html?socket=${encodeURIComponent(sockets.url(path))}`
    const tab = await openApp(browsing, site, address('/open/live'))
    expect(await ofEarly(tab)).toBe(3001)
    await signIn(tab)
    await tab.goto(site.url(address('/401/live')))
    expect(await ofEarly(tab)).toBe(3001)
    expect(sockets.to('/401/live').map(({ token }) => token)).toEqual([tokens.issuer.latest.access_token])
  })
}

for (const [what, observations] of Object.entries({ ofTheObject, ofItsLife })) {
  test(`to the page it is the socket of the browser: ${what}`, async ({ sockets, tab }) => {
    const urls = { native: sockets.url('/open/live'), listed: sockets.url('/listed/live') }
    const seen = await observed(tab, observations, urls)
    for (const { what, native, listed } of seen) expect.soft(listed, what).toEqual(native)
    expect(seen.length).toBeGreaterThanOrEqual(20)
  })
}
