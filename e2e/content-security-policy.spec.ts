/** Sites with a strict Content-Security-Policy. */
import { ask, openApp, signIn } from './app.ts'
import { expect, test } from './fixtures.ts'
import { page } from './servers/site.ts'

const TAG = '<script src="/bearer-worker.js"></script>'

const csp = (content: string) => `<meta http-equiv="content-security-policy" content="${content}">`

test('Trusted Types: a policy named bearer-worker is all that a site lists', async ({ browsing, site, resources }) => {
  const strict = csp("require-trusted-types-for 'script'; trusted-types bearer-worker")
  site.pages.set('/', page({ script: `${strict}${TAG}` }))
  site.pages.set(
    '/without.html',
    page({ script: `${strict}<script>delete Navigator.prototype.serviceWorker</script>${TAG}` }),
  )
  for (const [path, by] of [
    ['/', 'worker'],
    ['/without.html', 'page'],
  ] as const) {
    const tab = await openApp(browsing, site, path)
    expect(await tab.evaluate(() => bearerWorker.ready)).toBe(by)
    await signIn(tab)
    expect((await ask(tab, '/r/echo')).status).toBe(200)
  }
  expect(resources.arrivals).toHaveLength(2)
})

test('scripts with a nonce only: the part for the page takes that of the tag', async ({
  browsing,
  site,
  resources,
}) => {
  const nonceOnly = csp("script-src 'nonce-n0nce'; worker-src 'none'")
  site.pages.set('/', page({ script: `${nonceOnly}<script nonce="n0nce" src="/bearer-worker.js"></script>` }))
  const tab = await openApp(browsing, site)
  expect(await tab.evaluate(() => bearerWorker.ready)).toBe('page')
  await signIn(tab)
  expect((await ask(tab, '/r/echo')).status).toBe(200)
  expect(resources.arrivals).toHaveLength(1)
})
