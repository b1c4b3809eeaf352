/** What the inspector explains: URLs, who covers the page, what is wrong. */
import { ask, openApp, signIn } from '../app.ts'
import { oauthSession, oneSession } from '../configurations.ts'
import { expect, test } from '../fixtures.ts'
import { add, BY_WORKER, click, fill, shown } from './inspector.ts'

test('explains a URL', async ({ browsing, site }) => {
  const tab = await openApp(browsing, site, add(site, '/inspected.html'))
  await shown(tab, '.covered').toBe(BY_WORKER)
  await fill(tab, 'URL to explain', 'https://api.example.com:8443/rows')
  await click(tab, 'Explain')
  await shown(tab, '.explanation').toMatch(/other-origin.*https:\/\/api\.example\.com:8443 is another origin than/)
})

test('explains that the page’s own origin has no pattern', async ({ browsing, site, api, tokens }) => {
  site.configuration = oneSession({ ...oauthSession(api, tokens), resources: ['https://api.example.com/*'] })
  const tab = await openApp(browsing, site, add(site, '/inspected.html'))
  await shown(tab, '.covered').toBe(BY_WORKER)
  await click(tab, 'Explain')
  await shown(tab, '.explanation').toContain(
    `${site.url('').replace(/\/$/, '')} is the page's own origin, and no pattern in "resources" is for it, only for https://api.example.com.`,
  )
})

test('the form has /api/rows, then the URL of a request that the site makes, until somebody writes another', async ({
  browsing,
  site,
}) => {
  const tab = await openApp(browsing, site, add(site, '/inspected.html'))
  const value = () =>
    tab.evaluate(
      () =>
        document
          .querySelector('bearer-worker-inspector')!
          .shadowRoot!.querySelector<HTMLInputElement>('[aria-label="URL to explain"]')!.value,
    )
  expect(await value()).toBe('/api/rows')
  await signIn(tab)
  await ask(tab, '/api/apples')
  await expect.poll(value).toBe('/api/apples')
  await fill(tab, 'URL to explain', '/api/mine')
  await ask(tab, '/api/pears')
  await shown(tab, '.entries').toContain('/api/pears')
  expect(await value()).toBe('/api/mine')
})

test('tells which worker controls the page, and by whom requests are covered', async ({ browsing, site }) => {
  const tab = await openApp(browsing, site, add(site, '/inspected.html'))
  await shown(tab, '.controller').toBe('Controlled by /bearer-worker.sw.js')
  await shown(tab, '.covered').toBe(BY_WORKER)
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
  await shown(tab, '.covered').toBe(BY_WORKER)
  await shown(tab, '.problem').toBe('')
})

test('says what is wrong with the configuration', async ({ browsing, site }) => {
  site.configuration = { sessions: { main: { resources: [], refresh: { url: 'ftp://x' } } } }
  const tab = await browsing.newTab(site.url(add(site, '/inspected.html')))
  await shown(tab, '.problem').toMatch(/The configuration is refused\.\s+sessions\.main/)
})
