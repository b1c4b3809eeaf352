/** The inspector, in a page that has dropped it in beside the page script. */
import axe from 'axe-core'
import { ask, openApp, openSignedIn, signIn } from './app.ts'
import type { Tab } from './engines/engine.ts'
import { expect, test } from './fixtures.ts'
import { page, type Site } from './servers/site.ts'

const INSPECTOR = '<script src="/bearer-worker.inspector.js" defer></script>'

/** A page with the inspector where it stands, and what else is given. */
function add(
  site: Site,
  path: string,
  { attributes = 'inline', script }: { attributes?: string; script?: string } = {},
): string {
  site.pages.set(
    path,
    page({ head: INSPECTOR, ...(script !== undefined && { script }) }).replace(
      '<body>',
      `<body><main><h1>A site</h1><bearer-worker-inspector ${attributes}></bearer-worker-inspector></main>`,
    ),
  )
  return path
}

/** Its text, as somebody reads it. */
const textOf = (tab: Tab, selector = '.panel') =>
  tab.evaluate(
    (selector) =>
      [...document.querySelector('bearer-worker-inspector')!.shadowRoot!.querySelectorAll<HTMLElement>(selector)]
        // biome-ignore lint/performance/useDomNodeTextContent: innerText is what a reader sees, with its line breaks
        .map((node) => (node.checkVisibility() ? node.innerText : ''))
        .join('\n'),
    selector,
  )

const shown = (tab: Tab, selector?: string) => expect.poll(() => textOf(tab, selector))

/** Writes into a field of it, and lets it know. */
const fill = (tab: Tab, label: string, value: string) =>
  tab.evaluate(
    ({ label, value }) => {
      const field = document
        .querySelector('bearer-worker-inspector')!
        .shadowRoot!.querySelector<HTMLInputElement>(`[aria-label="${label}"]`)!
      field.value = value
      field.dispatchEvent(new Event(field instanceof HTMLSelectElement ? 'change' : 'input'))
    },
    { label, value },
  )

const click = (tab: Tab, text: string) =>
  tab.evaluate((text) => {
    const buttons = document
      .querySelector('bearer-worker-inspector')!
      .shadowRoot!.querySelectorAll<HTMLElement>('button, summary')
    ;[...buttons].find((button) => (button.textContent ?? '').includes(text))!.click()
  }, text)

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
  await shown(tab, '.entries').toMatch(/sent\s+GET \/api\/rows\?secret\s+200/)

  tokens.issuer.expireAccessTokens()
  await ask(tab, '/api/revoked')
  await shown(tab, '.entries').toMatch(/new token\s+Refresh/)
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

test('fifty requests at once are fifty rows beside the sign-in, and one refresh', async ({
  browsing,
  site,
  tokens,
}) => {
  const tab = await openSignedIn(browsing, site)
  await tab.goto(site.url(add(site, '/inspected.html')))
  await shown(tab, '.covered').toBe('in the worker')
  tokens.issuer.expireAccessTokens()
  await tab.evaluate(() => Promise.all(Array.from({ length: 50 }, () => fetch('/api/rows'))).then(() => undefined))
  const count = (kind: string) =>
    tab.evaluate(
      (kind) =>
        document
          .querySelector('bearer-worker-inspector')!
          .shadowRoot!.querySelectorAll(`.entries [data-kind="${kind}"]`).length,
      kind,
    )
  await expect.poll(() => count('request')).toBe(51)
  expect(await count('refresh')).toBe(1)
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

test('explains a URL', async ({ browsing, site }) => {
  const tab = await openApp(browsing, site, add(site, '/inspected.html'))
  await shown(tab, '.covered').toBe('in the worker')
  await fill(tab, 'URL to explain', 'https://api.example.com:8443/rows')
  await click(tab, 'Explain')
  await shown(tab, '.explanation').toMatch(/other-origin.*https:\/\/api\.example\.com:8443 is another origin than/)
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

test('stands before the page script, and finds it when it comes', async ({ browsing, site }) => {
  const tab = await browsing.newTab(site.url(add(site, '/early-inspector.html', { script: '' })))
  await shown(tab, '.problem').toContain('There is no bearerWorker on this page yet.')
  await tab.evaluate(
    () =>
      new Promise((resolve) =>
        document.head.append(
          Object.assign(document.createElement('script'), { src: '/bearer-worker.js', onload: resolve }),
        ),
      ),
  )
  await shown(tab, '.covered').toBe('in the worker')
  await shown(tab, '.problem').toBe('')
})

test('says what is wrong with the configuration', async ({ browsing, site }) => {
  site.configuration = { sessions: { main: { resources: [], refresh: { url: 'ftp://x' } } } }
  const tab = await browsing.newTab(site.url(add(site, '/inspected.html')))
  await shown(tab, '.problem').toMatch(/The configuration is refused\.\s+sessions\.main/)
})

test('is folded until somebody wants it; Alt+Shift+W opens it, Escape folds it and gives the focus back', async ({
  browsing,
  site,
}) => {
  const tab = await openApp(browsing, site, add(site, '/docked.html', { attributes: '' }))
  const press = (key: { code: string; key?: string; altKey?: boolean; shiftKey?: boolean }) =>
    tab.evaluate((key) => {
      const inspector = document.querySelector('bearer-worker-inspector')!
      const target = inspector.shadowRoot!.activeElement ?? document.body
      target.dispatchEvent(new KeyboardEvent('keydown', { ...key, bubbles: true, composed: true, cancelable: true }))
    }, key)
  const focused = () =>
    tab.evaluate(() => document.querySelector('bearer-worker-inspector')!.shadowRoot!.activeElement?.className)

  await shown(tab, '.panel').toBe('')
  await shown(tab, '.pill').toBe('Bearer Worker')
  await press({ code: 'KeyW', altKey: true, shiftKey: true })
  await shown(tab, '.panel').toContain('Sessions')
  expect(await focused()).toBe('panel')
  await press({ code: 'Escape', key: 'Escape' })
  await shown(tab, '.panel').toBe('')
  expect(await focused()).toBe('pill')
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

for (const scheme of ['light', 'dark']) {
  test(`axe finds nothing to say against it, ${scheme}`, async ({ browsing, site }) => {
    site.pages.set('/axe.js', axe.source)
    const tab = await openApp(browsing, site, add(site, '/inspected.html', { attributes: `inline theme="${scheme}"` }))
    await signIn(tab)
    await ask(tab, '/api/rows')
    await fill(tab, 'URL to explain', '/api/rows')
    await click(tab, 'Explain')
    await shown(tab, '.explanation').toContain('authorize')
    await shown(tab, '.entries').toContain('/api/rows')
    await click(tab, '/api/rows')
    const violations = await tab.evaluate(async () => {
      await new Promise((resolve) =>
        document.head.append(Object.assign(document.createElement('script'), { src: '/axe.js', onload: resolve })),
      )
      const { violations } = await (window as unknown as { axe: typeof import('axe-core') }).axe.run()
      return violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
      )
    })
    expect(violations).toEqual([])
  })
}
