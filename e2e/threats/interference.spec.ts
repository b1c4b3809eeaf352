/** What another script of the origin does to locks, messages and memory while the session is in use. */
import { ask, openApp, openSignedIn, signIn, uploadWithProgress } from '../app.ts'
import { oauthSession, oneSession } from '../configurations.ts'
import { expect, oidcSession, openSignedInAt, test } from '../oauth.ts'
import { callWorker } from './call-worker.ts'
import { tabOfNextRound } from './poison.ts'
import { COVERED_BY_ITSELF } from './settings.ts'

test('a lock that is held for ever: four tabs without a worker go on, with one refresh', async ({
  browsing,
  site,
  tokens,
}) => {
  site.pages.set('/', COVERED_BY_ITSELF)
  const first = await openSignedIn(browsing, site)
  const tabs = [first, await openApp(browsing, site), await openApp(browsing, site), await openApp(browsing, site)]
  const holder = await browsing.newTab(site.url('/plain.html'))
  await holder.evaluate(
    () =>
      new Promise<void>((resolve) => {
        void navigator.locks.request('bearer-worker /bearer-worker.json main', () => {
          resolve()
          return new Promise(() => {})
        })
      }),
  )
  tokens.issuer.expireAccessTokens()
  const answers = await Promise.all(tabs.map((tab) => ask(tab, '/api/rows')))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect(tokens.refreshes).toHaveLength(1)
})

for (const when of ['while it is held', 'while it is waited for'] as const) {
  test(`a lock that is stolen ${when}: the request goes on, with one refresh`, async ({ browsing, site, tokens }) => {
    const tab = await openSignedIn(browsing, site)
    tokens.issuer.expireAccessTokens()
    const gate = tokens.hold()
    const steal = () =>
      tab.evaluate(
        () =>
          new Promise<void>((resolve) => {
            const name = 'bearer-worker /bearer-worker.json main'
            void navigator.locks.request(name, { steal: true }, async () => resolve()).catch(() => {})
          }),
      )
    if (when === 'while it is waited for') {
      await tab.evaluate(() => {
        const name = 'bearer-worker /bearer-worker.json main'
        void navigator.locks.request(name, () => new Promise(() => {})).catch(() => {})
      })
    }
    const answered = ask(tab, '/api/rows')
    if (when === 'while it is waited for')
      await expect.poll(() => tab.evaluate(async () => (await navigator.locks.query()).pending?.length)).toBe(1)
    else await gate.arrived()
    await steal()
    await gate.arrived()
    gate.release()
    expect((await answered).status).toBe(200)
    expect(tokens.refreshes).toHaveLength(1)
  })
}

test('notices that are none: no page and no worker throws, and the session goes on', async ({ browsing, site }) => {
  site.tapsConsole = true
  const tab = await openSignedIn(browsing, site)
  const errors = await tab.evaluate(async () => {
    const errors: string[] = []
    addEventListener('error', ({ message }) => errors.push(message))
    addEventListener('unhandledrejection', ({ reason }) => errors.push(String(reason)))
    const channel = new BroadcastChannel('bearer-worker /bearer-worker.json')
    const cyclic: Record<string, unknown> = { name: 'main', state: 'active', epoch: 1, refreshing: false }
    cyclic['claims'] = cyclic
    const odd = [undefined, null, 0, 'x', 7n, [], {}, new Map(), cyclic]
    for (const data of odd) {
      channel.postMessage(data)
      for (const kind of ['session', 'entries', 'changed', 'configuration', '__proto__', 'toString'])
        channel.postMessage({ kind, view: data, entries: data, session: data, epoch: data, generation: data })
      channel.postMessage({ kind: 'entries', entries: [data] })
    }
    const key = '/bearer-worker.json main'
    for (const epoch of [2 ** 53 - 1, -1, NaN])
      channel.postMessage({ kind: 'changed', session: key, epoch, generation: epoch })
    await bearerWorker.session()
    return errors
  })
  expect(errors).toEqual([])
  expect((await ask(tab, '/api/rows')).status).toBe(200)
  expect(await tab.evaluate(() => bearerWorker.session())).toMatchObject({ state: 'active' })
  expect(site.console.join()).not.toMatch(/TypeError|Uncaught/)
})

test('a notice of another epoch stops no refresh that is under way', async ({ browsing, site, tokens }) => {
  const tab = await openSignedIn(browsing, site)
  const gate = tokens.hold()
  const refreshed = tab.evaluate(async () => (await bearerWorker.refresh()).state)
  await gate.arrived()
  await tab.evaluate(() => {
    const channel = new BroadcastChannel('bearer-worker /bearer-worker.json')
    channel.postMessage({ kind: 'changed', session: '/bearer-worker.json main', epoch: 999_999, generation: 1 })
  })
  await tab.evaluate(() => bearerWorker.session())
  gate.release()
  expect(await refreshed).toBe('active')
  expect(tokens.refreshes).toHaveLength(1)
})

/** The answer to an attempt whose ticket a page has made itself: the token was refused. */
const refusedWith = (ticket: { readonly url: string; readonly sent: object }) => ({
  ticket: { session: 'main', method: 'GET', startedAt: 0, waitedMs: 0, outcome: 'sent', ...ticket },
  answer: { status: 401, headers: {} },
  bytes: 0,
})

test('with storage "memory", a ticket that a page made itself brings no header', async ({
  browsing,
  site,
  api,
  tokens,
}) => {
  site.configuration = oneSession(oauthSession(api, tokens, { storage: 'memory' }))
  const tab = await openSignedIn(browsing, site)
  const { epoch } = await tab.evaluate(() => bearerWorker.session())
  let replies = ''
  for (const generation of [0, 1, 2, 3]) {
    const call = refusedWith({ url: site.url('/api/rows'), sent: { epoch, generation, proofs: 0 } })
    replies += JSON.stringify(await callWorker(tab, 'continueExchange', call))
  }
  for (const token of tokens.issuer.everyToken) expect(replies).not.toContain(token)
})

test('a ticket for a URL that no session lists brings no header', async ({ browsing, site, stranger, tokens }) => {
  const tab = await openSignedIn(browsing, site)
  const { epoch } = await tab.evaluate(() => bearerWorker.session())
  const call = refusedWith({ url: stranger.url('/rows'), sent: { epoch, generation: 0, proofs: 0 } })
  const reply = JSON.stringify(await callWorker(tab, 'continueExchange', call))
  for (const token of tokens.issuer.everyToken) expect(reply).not.toContain(token)
})

test('an upload with progress to an endpoint of the metadata carries no token, also after a stop of the worker', async ({
  browsing,
  engineName,
  site,
  id,
}) => {
  site.configuration = oneSession(oidcSession(id, {}, { resources: [`${id.url}/*`] }))
  await browsing.prime(site.url())
  let tab = await openSignedInAt(browsing, id, site)
  for (const path of ['/token', '/token/revocation', '//token', '/%74oken', '/token;x', '/token?x=1']) {
    tab = await tabOfNextRound({ browsing, site, engineName }, tab)
    await uploadWithProgress(tab, id.url + path)
    await browsing.stopWorkers()
    await uploadWithProgress(tab, id.url + path)
  }
  expect(id.authorized.filter((path) => /token/.test(path))).toEqual([])
})

test('with storage "memory", a page that is open sends the token to what a newer configuration lists', async ({
  browsing,
  site,
  api,
  stranger,
  tokens,
}) => {
  const memory = { storage: 'memory' }
  site.configuration = oneSession(oauthSession(api, tokens, memory))
  const open = await openSignedIn(browsing, site)
  expect((await ask(open, stranger.url('/rows'))).status).toBe(401)
  const resources = ['/api/*', stranger.url('/*')]
  site.configuration = oneSession(oauthSession(api, tokens, { ...memory, resources }))
  const next = await openApp(browsing, site)
  await signIn(next)
  for (const tab of [next, open])
    await expect.poll(async () => (await ask(tab, stranger.url('/rows'))).status).toBe(200)
})

const SPELLINGS = [
  '/api/public/x',
  '/api/%70ublic/x',
  '/api//public/x',
  '/api/public;v=1/x',
  '/api/%2570ublic/x',
  '//api/public/x',
]

test('"except" takes out what servers read as the same path', async ({ browsing, site, api }) => {
  const tab = await openSignedIn(browsing, site)
  const sent = await tab.evaluate(async (paths) => {
    const codes: string[] = []
    for (const path of paths) {
      const { code } = await bearerWorker.explain(location.origin + path)
      codes.push(`${path} ${code}`)
      await fetch(location.origin + path).catch(() => {})
    }
    return codes
  }, SPELLINGS)
  expect(sent.filter((line) => / authorize$/.test(line))).toEqual([])
  expect(api.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([])
})
