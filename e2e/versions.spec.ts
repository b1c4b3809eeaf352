/** A page script and a worker of different versions. */
import { CONSOLE, toldOf } from './all-ways-to-send.ts'
import { ask, openApp, signIn, uploadWithProgress } from './app.ts'
import { expect, test } from './fixtures.ts'
import { page, type Site } from './servers/site.ts'

/** A page that says what it tells. */
function serve(site: Site, script: string): void {
  site.pages.set('/', page({ script: CONSOLE + script }))
}

/** A worker that answers some calls as a worker of another version would, and has ours for the rest. */
const otherVersion = (answers: Readonly<Record<string, unknown>>) => `
  const answers = ${JSON.stringify(answers)}
  addEventListener('message', (event) => {
    if (!Object.hasOwn(answers, event.data?.name)) return
    event.stopImmediatePropagation()
    event.ports[0].postMessage(answers[event.data.name])
  })
  importScripts('/bearer-worker.sw.js')`
const unknown = { ok: false, error: { code: 'invalid-call', message: 'No such call.' } }
const OTHER_VERSION = '<script src="/bearer-worker.js" data-worker="/version.sw.js"></script>'

test('calls that the worker does not know are done without', async ({ browsing, site, resources }) => {
  const calls = ['ping', 'abort', 'wake', 'beginExchange', 'synchronousHeaders', 'lastEventId', 'finishSignIn']
  site.pages.set('/version.sw.js', otherVersion(Object.fromEntries(calls.map((name) => [name, unknown]))))
  serve(site, OTHER_VERSION)
  const tab = await openApp(browsing, site)
  expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
  await signIn(tab)
  expect((await ask(tab, '/r/echo')).status).toBe(200)
  expect(await uploadWithProgress(tab, '/r/echo')).toBe(200)
  expect(resources.arrivals.filter(({ authorization }) => authorization === undefined)).toEqual([])
  expect(await toldOf(tab)).toEqual([])
})

test('a worker that says hello in a way nobody understands: the page covers itself, and names the header to send', async ({
  browsing,
  site,
  resources,
}) => {
  site.pages.set('/version.sw.js', otherVersion({ hello: { ok: true, value: { version: '9.0.0' } } }))
  serve(site, OTHER_VERSION)
  const tab = await openApp(browsing, site)
  expect(await tab.evaluate(() => bearerWorker.ready)).toBe('page')
  await signIn(tab)
  expect((await ask(tab, '/r/echo')).status).toBe(200)
  expect(resources.arrivals.filter(({ authorization }) => authorization === undefined)).toEqual([])
  const told = await toldOf(tab)
  expect(told).toHaveLength(1)
  for (const word of ['worker-stale', '9.0.0', 'Cache-Control: no-cache']) expect(told[0]).toContain(word)
})
