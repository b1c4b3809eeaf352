/** `ready` always settles. */
import { CONSOLE, toldOf } from './all-ways-to-send.ts'
import { ask, failureOf, openApp, signIn } from './app.ts'
import { expect, test } from './fixtures.ts'
import { page } from './servers/site.ts'

const moduleOf = (head: string) =>
  page({ script: CONSOLE, head: `<script type="module">import { bearerWorker } from '/index.js'; ${head}</script>` })

test('with the cure, where a module waits and the tag is missing; start() still works then', async ({
  browsing,
  site,
  resources,
}) => {
  site.pages.set('/', moduleOf('window.settled = bearerWorker.ready.catch(({ code }) => code)'))
  const tab = await browsing.newTab(site.url())
  expect(await tab.evaluate(() => (window as unknown as { settled: Promise<string> }).settled)).toBe(
    'worker-unavailable',
  )
  expect(await failureOf(tab, () => bearerWorker.session())).toMatchObject({ code: 'worker-unavailable' })
  const told = await toldOf(tab)
  expect(told).toHaveLength(1)
  for (const word of ['<script src="/bearer-worker.js">', 'start()']) expect(told[0]).toContain(word)

  expect(await tab.evaluate(() => bearerWorker.start().ready)).toBe('worker')
  await signIn(tab)
  expect((await ask(tab, '/r/echo')).status).toBe(200)
  expect(resources.arrivals).toHaveLength(1)
})

test('the same where the tag is a 404', async ({ browsing, site }) => {
  site.pages.set(
    '/',
    page({
      script: '<script src="/missing/bearer-worker.js"></script>',
      head: `<script type="module">import { bearerWorker } from '/index.js'; window.settled = bearerWorker.ready.catch(({ code }) => code)</script>`,
    }),
  )
  const tab = await browsing.newTab(site.url())
  expect(await tab.evaluate(() => (window as unknown as { settled: Promise<string> }).settled)).toBe(
    'worker-unavailable',
  )
})

test('without a message where start() is called at once', async ({ browsing, site }) => {
  site.pages.set('/', moduleOf('bearerWorker.start()'))
  const tab = await openApp(browsing, site)
  expect(await toldOf(tab)).toEqual([])
})
