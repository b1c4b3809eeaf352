/** What the inspector shows of sessions, requests and refreshes. */
import { ask, openApp, openSignedIn, signIn } from '../app.ts'
import { expect, test } from '../fixtures.ts'
import { add, BY_WORKER, click, fill, rowsOf, shown, textOf } from './inspector.ts'

test('shows sessions with claims, what was decided about each request and why, and who refreshed', async ({
  browsing,
  site,
  api,
  tokens,
}) => {
  tokens.issuer.format = 'jwt'
  const tab = await openApp(browsing, site, add(site, '/inspected.html'))
  await signIn(tab)
  await ask(tab, '/api/rows?secret=1')
  await shown(tab, '.session').toMatch(/main\s+active\s+\d+ min left/)
  await shown(tab, '.entries').toMatch(/200\s+GET\s+\/api\/rows\?secret\s+sent/)

  tokens.issuer.expireAccessTokens()
  await ask(tab, '/api/revoked')
  await shown(tab, '.entries').toMatch(/200\s+Refresh\s+[^]*new token/)
  await click(tab, '/api/revoked')
  await shown(tab, '.entries [open]').toContain('The server refused the access token')
  await shown(tab, '.entries [open]').toMatch(/refreshed by\s+the refresh of/)
  await shown(tab, '.entries [open]').toMatch(/if sent now\s+.*is sent with the access token/)
  await click(tab, 'Refresh localhost')
  await shown(tab, '.entries [open]').toContain('one request')

  await click(tab, 'Claims')
  await shown(tab, '.claims').toContain('Ada ☂ Lovelace')
  expect(api.requests.length).toBeGreaterThan(0)
})

test('a session that the server ends says why', async ({ browsing, site, tokens }) => {
  const tab = await openSignedIn(browsing, site)
  await tab.goto(site.url(add(site, '/inspected.html')))
  await shown(tab, '.session').toContain('active')
  tokens.issuer.endEverySession()
  await click(tab, 'Refresh now')
  await shown(tab, '.session').toContain('ended: invalid_grant')
})

test('names every session, also one that nothing has happened to', async ({ browsing, site }) => {
  const { main } = (site.configuration as { sessions: { main: object } }).sessions
  site.configuration = { sessions: { main, second: { resources: ['/second/*'] } } }
  const tab = await openApp(browsing, site, add(site, '/inspected.html'))
  await shown(tab, '.sessions').toMatch(/main[^]*signed out[^]*second[^]*signed out/)
})

test('what happened before it came is there too, newest first', async ({ browsing, site }) => {
  const tab = await openSignedIn(browsing, site)
  for (const path of ['/api/first', '/api/second', '/api/third']) await ask(tab, path)
  await tab.goto(site.url(add(site, '/inspected.html')))
  await shown(tab, '.entries').toMatch(/third[^]*second[^]*first/)
  const rows = await tab.evaluate(
    () => document.querySelector('bearer-worker-inspector')!.shadowRoot!.querySelectorAll('.entries li').length,
  )
  expect(`${rows}`).toBe(await textOf(tab, '.count'))
})

test('fifty requests of two tabs at once are few rows with counts, the refused status before the good one', async ({
  browsing,
  site,
  tokens,
}) => {
  const tab = await openSignedIn(browsing, site)
  await tab.goto(site.url(add(site, '/inspected.html')))
  await shown(tab, '.covered').toBe(BY_WORKER)
  const second = await openApp(browsing, site)
  tokens.issuer.expireAccessTokens()
  const loadMany = () => Promise.all(Array.from({ length: 25 }, () => fetch('/api/rows'))).then(() => undefined)
  await Promise.all([tab.evaluate(loadMany), second.evaluate(loadMany)])
  await shown(tab, '.count').toBe('52')
  // One row for those that were refused, and another for those that came when the new token was there.
  const rows = await tab.evaluate(() =>
    [
      ...document
        .querySelector('bearer-worker-inspector')!
        .shadowRoot!.querySelectorAll('.entries [data-kind="request"] summary'),
    ]
      .map(({ textContent }) => textContent ?? '')
      .filter((text) => text.includes('/api/rows')),
  )
  expect(rows.length).toBeLessThanOrEqual(3)
  expect(rows.some((text) => text.includes('401 → , then 200'))).toBe(true)
  expect(rows.reduce((sum, text) => sum + Number(/×(\d+)/.exec(text)?.[1] ?? 1), 0)).toBe(50)
  expect((await rowsOf(tab)).filter((row) => row === 'refresh good')).toHaveLength(1)
  await click(tab, '401 →')
  await shown(tab, '.entries [open]').toContain('The server refused the access token')
})

test('a row has the colour of the answer, not of having been sent', async ({ browsing, site, api }) => {
  const tab = await openSignedIn(browsing, site)
  await tab.goto(site.url(add(site, '/inspected.html')))
  api.answer('/api/broken', { status: 503, body: {} })
  await ask(tab, '/api/broken')
  await shown(tab, '.entries').toMatch(/503\s+GET\s+\/api\/broken\s+sent/)
  expect((await rowsOf(tab))[0]).toBe('request bad')
  await fill(tab, 'Kind', 'trouble')
  await shown(tab, '.entries').toContain('503')
  expect(await textOf(tab, '.count')).toBe('1 of 2')
})

test('an entry that comes by an event while history() is read is one row', async ({ browsing, site }) => {
  const tab = await openApp(browsing, site, add(site, '/inspected.html'))
  const urls = await tab.evaluate(async () => {
    const entry = { kind: 'request', at: 1, session: 'main', method: 'GET', outcome: 'sent', status: 200 }
    const first = { ...entry, url: 'https://app.example.com/first' }
    const later = { ...entry, url: 'https://app.example.com/later' }
    const inspected = new (class extends EventTarget {
      ready = Promise.resolve('worker')
      session = () => Promise.resolve({ name: 'main', state: 'none', epoch: 0, refreshing: false })
      history = () => {
        this.dispatchEvent(new CustomEvent('request', { detail: first }))
        return Promise.resolve([first])
      }
    })()
    const inspector = document.querySelector('bearer-worker-inspector')!
    Object.assign(inspector, { bearerWorker: inspected })
    const shown = () =>
      [...inspector.shadowRoot!.querySelectorAll('.entries [data-kind="request"]')].map((row) => row.textContent ?? '')
    while (!shown().some((row) => row.includes('/first'))) await new Promise(requestAnimationFrame)
    inspected.dispatchEvent(new CustomEvent('request', { detail: later }))
    while (!shown().some((row) => row.includes('/later'))) await new Promise(requestAnimationFrame)
    return shown().map((row) => /\/first|\/later/.exec(row)?.[0])
  })
  expect(urls.sort()).toEqual(['/first', '/later'])
})

test('"Refresh now" is there only while there is something to refresh', async ({ browsing, site }) => {
  const tab = await openApp(browsing, site, add(site, '/inspected.html'))
  await shown(tab, '.session').toContain('signed out')
  expect(await textOf(tab, '.session button')).toBe('')
  await signIn(tab)
  await shown(tab, '.session button').toBe('Refresh now')
  await tab.evaluate(() => bearerWorker.setTokens({ access_token: 'without-a-refresh-token', sub: 'grace' }))
  await click(tab, 'Refresh now')
  await shown(tab, '.session .said').not.toBe('')
  expect(await textOf(tab, '.session button')).toBe('')
})

test('filters by words and by kind', async ({ browsing, site }) => {
  const tab = await openApp(browsing, site, add(site, '/inspected.html'))
  await signIn(tab)
  for (const path of ['/api/apples', '/api/pears']) await ask(tab, path)
  await tab.evaluate(() => bearerWorker.refresh())
  await shown(tab, '.entries').toContain('Refresh')
  await fill(tab, 'Filter', 'apples 200')
  await shown(tab, '.entries').toMatch(/apples/)
  expect(await textOf(tab, '.entries')).not.toMatch(/pears|Refresh/)
  await fill(tab, 'Filter', '')
  await fill(tab, 'Kind', 'refresh')
  await shown(tab, '.entries').not.toContain('pears')
  await fill(tab, 'Kind', 'trouble')
  await shown(tab, '.empty').toBe('Nothing matches this filter.')
})

test('its report holds no token and no claim', async ({ browsing, site, tokens }) => {
  tokens.issuer.format = 'jwt'
  const tab = await openApp(browsing, site, add(site, '/inspected.html'))
  await signIn(tab)
  await ask(tab, '/api/rows')
  await shown(tab, '.entries').toContain('/api/rows')
  await tab.evaluate(() => {
    Object.defineProperty(navigator, 'clipboard', {
      value: { writeText: (text: string) => Promise.resolve(Object.assign(window, { copied: text })) },
    })
  })
  await click(tab, 'Copy report')
  const report = await tab.evaluate(() => (window as unknown as { copied: string }).copied)
  expect(report).toContain('/api/rows')
  expect(report).not.toMatch(/eyJ|Lovelace/)
})
