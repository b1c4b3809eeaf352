/** Every known server: its configuration, and its documented answers to what the worker sends. Generated from src/servers. */
import { KNOWN_SERVERS } from '../src/servers/index.ts'
import type { DocumentedRequest, Json } from '../src/servers/known-server.ts'
import { ask, failureOf, leave, openApp, type AppRequest, type PageAnswer } from './app.ts'
import type { Tab } from './engines/engine.ts'
import { expect, test as base } from './fixtures.ts'
import { ReplayServer } from './known-servers/replay-server.ts'
import { absolute, described, expected } from './known-servers/same-request.ts'
import { arrivedAt } from './oauth.ts'
import type { Site } from './servers/site.ts'
import { Site as TestSite } from './servers/site.ts'

/** Without the servers that other specs have. */
const test = base.extend<{ site: Site }>({
  site: async ({}, use) => {
    const site = await TestSite.start()
    await use(site)
    await site.stop()
  },
})

for (const server of KNOWN_SERVERS)
  test(`${server.title}: ${server.name}`, async ({ browsing, site }) => {
    const replay = await ReplayServer.start(server, site)
    const { answers } = replay
    const tab = await openApp(browsing, site)

    await test.step('the sign-in brings tokens, and the page gets none of them', async () => {
      const answer = await signIn(tab, replay, site)
      expect(await stateOf(tab)).toBe('active')
      for (const token of tokensIn(answers.refusal.request, replay))
        expect(JSON.stringify(answer ?? '')).not.toContain(token)
    })

    await test.step('a request to the API carries the token', async () => {
      expect((await askApi(tab, replay)).status).toBe(200)
      expectSent(replay, 'api', answers.refusal.request, site)
    })

    await test.step('other answers with the status of a refusal are left alone', async () => {
      for (const answer of answers.noRefusal ?? []) {
        replay.next.api.push(answer)
        expect(await askApi(tab, replay)).toMatchObject({ status: answer.status, text: textOf(answer.body) })
      }
    })

    await test.step('a refused token is refreshed as documented, and the request sent again', () =>
      refuse(tab, replay, site))

    await test.step('the end of the session is one, the page gets the refusal, and can sign in again', async () => {
      if (!answers.ended) return
      replay.refuses = 'all'
      replay.next.refresh.push(answers.ended)
      expect(await askApi(tab, replay)).toMatchObject({ status: answers.refusal.answer.status })
      expect(await stateOf(tab)).toBe('ended')
      replay.refuses = 'none'
      await signIn(tab, replay, site)
    })

    await test.step('a quota or a limit does not end the session', async () => {
      for (const answer of answers.forNow ?? []) {
        replay.next.refresh.push(answer, answer, answer)
        expect(await failureOf(tab, () => bearerWorker.refresh())).toMatchObject({ code: 'refresh-failed' })
        expect(await stateOf(tab)).toBe('active')
        replay.next.refresh.length = 0
      }
    })

    await test.step('signing out tells the server as documented', async () => {
      await signOut(tab, replay, site)
    })

    expect(replay.unexpected).toEqual([])
    await replay.stop()
  })

/** Signs in as the server has it. Resolves with the answer that the page got, where it asked itself. */
async function signIn(tab: Tab, { answers, next }: ReplayServer, site: Site): Promise<PageAnswer | undefined> {
  const { signIn } = answers
  switch (signIn.by) {
    case 'capture':
      return ask(tab, signIn.exchange.request.url, asPage(signIn.exchange.request))
    case 'cookie':
      await tab.evaluate(({ url, init }) => fetch(url, { ...init, credentials: 'include' }).then(() => {}), {
        url: signIn.exchange.request.url,
        init: asPage(signIn.exchange.request),
      })
      next.refresh.push(signIn.first)
      await tab.evaluate(() => bearerWorker.refresh().then(() => {}))
      return undefined
    case 'code':
      await leave(tab, () => bearerWorker.signIn(), undefined)
      await arrivedAt(tab, site.url('/'))
      return undefined
    case 'page':
      await tab.evaluate((provided) => {
        const left = [...provided]
        bearerWorker.provideTokens(async () => left.shift() ?? null)
        return bearerWorker.refresh().then(() => {})
      }, signIn.provided)
      return undefined
  }
}

async function refuse(tab: Tab, replay: ReplayServer, site: Site): Promise<void> {
  const { refusal, refresh, signIn } = replay.answers
  const before = replay.requests('refresh').length
  replay.refuses = 'first'
  const answer = await askApi(tab, replay)
  replay.refuses = 'none'
  if (!refresh && signIn.by !== 'page') {
    expect(answer).toMatchObject({ status: refusal.answer.status, text: textOf(refusal.answer.body) })
    return
  }
  expect(answer.status).toBe(200)
  const [first, second] = replay.requests('api').slice(-2)
  expect(described(first!, refusal.request, []).headers).toEqual(refusal.request.headers)
  expect(described(second!, refusal.request, []).headers).not.toEqual(refusal.request.headers)
  if (!refresh) return
  expect(replay.requests('refresh')).toHaveLength(before + 1)
  expectSent(replay, 'refresh', refresh.request, site)
}

async function signOut(tab: Tab, replay: ReplayServer, site: Site): Promise<void> {
  const { signOut, endSession } = replay.answers
  if (endSession) {
    await leave(tab, () => bearerWorker.signOut(), undefined)
    await expect.poll(() => replay.visits.endSession.length).toBe(1)
    await arrivedAt(tab, site.url('/'))
    const sent = Object.fromEntries(replay.visits.endSession[0]!)
    expect({ ...sent, ...(sent['id_token_hint'] && { id_token_hint: '(another each time)' }) }).toEqual(
      absolute(endSession.parameters, site.origin),
    )
  } else await tab.evaluate(() => bearerWorker.signOut())
  if (signOut) expectSent(replay, 'signOut', signOut.request, site)
  expect(await stateOf(tab)).toBe('signed-out')
}

/** The last request of this purpose is the documented one. */
function expectSent(
  replay: ReplayServer,
  purpose: 'api' | 'refresh' | 'signOut',
  documented: DocumentedRequest,
  site: Site,
) {
  const sent = replay.requests(purpose).at(-1)
  expect(sent, `a request for ${purpose}`).toBeDefined()
  // A cookie goes along with the page's own requests as ever.
  const credentials = purpose === 'api' ? ['authorization'] : undefined
  expect(described(sent!, documented, credentials)).toEqual(expected(documented, site.origin))
}

/** The request that is documented as refused, as the page makes it: without a token. */
function askApi(tab: Tab, { answers, configuration }: ReplayServer): Promise<PageAnswer> {
  const { main } = configuration['sessions'] as { main: { header?: string; replaces?: readonly string[] } }
  const { headers = {}, ...request } = answers.refusal.request
  const { [(main.header ?? 'Authorization').toLowerCase()]: _, ...own } = headers
  const replaced = main.replaces?.[0]
  return ask(
    tab,
    request.url,
    asPage({ ...request, headers: { ...own, ...(replaced !== undefined && { authorization: replaced }) } }),
  )
}

function asPage({ method, headers = {}, json, form }: DocumentedRequest): AppRequest {
  const { 'content-type': type = 'application/json', cookie: _, ...others } = headers
  if (json !== undefined) return { method, headers: { 'content-type': type, ...others }, body: JSON.stringify(json) }
  if (!form) return { method, headers: others }
  return {
    method,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...others },
    body: `${new URLSearchParams(form)}`,
  }
}

const stateOf = (tab: Tab) => tab.evaluate(async () => (await bearerWorker.session()).state)

const textOf = (body: Json | undefined): string => (body === undefined ? '' : JSON.stringify(body))

/** What no page may see: the tokens in the documented requests. */
function tokensIn(refused: DocumentedRequest, { answers }: ReplayServer): readonly string[] {
  const text = JSON.stringify([refused.headers, answers.refresh?.request])
  return [...text.matchAll(/eyJ[\w.-]{30,}|made-up-(?:access|refresh)[\w-]*/g)].map(([token]) => token)
}
