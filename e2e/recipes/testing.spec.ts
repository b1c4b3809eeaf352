import { locate } from '../../scripts/browsers.mjs'
import { Site } from '../servers/site.ts'
import { filesOf } from './built.ts'
import { Table } from './table.ts'
// #region test
import { expect, test } from 'bearer-worker/testing'

test('the list is still there when the token has expired', async ({ page, bearerWorker, tokenServer }) => {
  await page.goto('/')
  await bearerWorker.signInAs('ada')
  await bearerWorker.expireTokens()
  await page.getByRole('button', { name: 'Load' }).click()
  await expect(page.getByRole('listitem')).toHaveCount(2)
  expect(tokenServer.refreshes).toHaveLength(1)
})
// #endregion

// #region configuration
test.beforeEach(({ context, tokenServer }) =>
  context.route('**/bearer-worker.json', (route) =>
    route.fulfill({
      json: { sessions: { main: { resources: ['/api/*'], refresh: { url: tokenServer.url('/token') } } } },
    }),
  ),
)
// #endregion

const installation = locate('chromium')
test.skip(() => test.info().project.name !== 'chromium', 'the fixtures open a Chromium of their own')
test.use({
  launchOptions: {
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    ...(installation?.kind === 'system' && { executablePath: installation.path }),
  },
  /** The app under test: that of `examples/html`. */
  baseURL: async ({ tokenServer }, use) => {
    const site = await Site.start()
    site.mounts.set('/api/', new Table(tokenServer.issuer).handle)
    for (const [path, text] of await filesOf('html')) site.pages.set(path.replace('index.html', ''), text)
    await use(site.origin)
    await site.stop()
  },
})
