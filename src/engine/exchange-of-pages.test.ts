/** Refusals and held requests, as several realms of one origin see them: each has an engine over the same store. */
import 'urlpattern-polyfill'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { memoryStore } from '../io/session-store.ts'
import type { Calls, PageStep, Ticket } from '../protocol.ts'
import { handlers } from './calls.ts'
import { Engine } from './engine.ts'

const BASE = 'https://app.example'
const url = `${BASE}/bearer-worker.json`
const FILE = JSON.stringify({ sessions: { main: { resources: ['/api/*'], refresh: { url: '/token' } } } })
const REQUEST = {
  url: `${BASE}/api/rows`,
  method: 'GET',
  mode: 'cors',
  destination: '',
  headers: {},
  bytes: 0,
  seenByWorker: false,
}
const REFUSED = { status: 401, headers: {} }

/** Realms whose token endpoint answers so. */
async function realms(count: number, onRefresh: () => Response | Promise<Response>): Promise<readonly Engine[]> {
  const store = memoryStore()
  const engines: Engine[] = []
  const make = (): Engine =>
    new Engine(
      {
        fetch: async (request) => (String(request).endsWith('.json') ? new Response(FILE) : onRefresh()),
        base: BASE,
        configuration: '/bearer-worker.json',
        home: `${BASE}/`,
        now: Date.now,
        random: Math.random,
        store,
        inPage: true,
        askPages: async () => undefined,
        readCookies: async () => ({}),
        tell: (notice) => engines.forEach((engine) => void engine.heard(notice)),
      },
      { url, script: `${BASE}/bearer-worker.sw.js` },
      { authorizationServers: () => Promise.reject(new Error('no part')) },
    )
  engines.push(...Array.from({ length: count }, make))
  for (const engine of engines) await engine.boot()
  return engines
}

const signIn = (engine: Engine, lifetime: number) =>
  handlers.setTokens(engine, { tokens: { access_token: 'at-first', refresh_token: 'rt-first', expires_in: lifetime } })

const goOn = (engine: Engine, step: PageStep, ticket: Partial<Ticket> = {}): Promise<PageStep> => {
  if (step.kind === 'elsewhere') throw new Error('The request is not listed.')
  const call: Calls['continueExchange']['call'] = { ticket: { ...step.ticket, ...ticket }, answer: REFUSED, bytes: 0 }
  return handlers.continueExchange(engine, call)
}

beforeEach(() => void vi.stubGlobal('navigator', { onLine: true }))
afterEach(() => void vi.useRealTimers())

test('five refreshes that did not help are enough for the origin, however many realms it has', async () => {
  let refreshes = 0
  const engines = await realms(5, () => {
    const number = ++refreshes
    return Response.json({ access_token: `at-${number}`, refresh_token: `rt-${number}`, expires_in: 600 })
  })
  await signIn(engines[0]!, 600)
  for (let round = 0; round < 5; round++)
    for (const engine of engines) {
      let step = await handlers.beginExchange(engine, { request: REQUEST })
      while (step.kind === 'send') step = await goOn(engine, step)
      expect(step.kind).toBe('give')
    }
  expect(refreshes).toBe(5)
  for (const engine of engines) expect((await handlers.session(engine, {})).reason).toBe('refresh-ineffective')
})

test.each([
  ['before it is sent', 0, 15_000, 'fail'],
  ['after a refusal', 0, 15_000, 'give'],
  ['after a refusal, and 12 s before that', 12_000, 3_000, 'give'],
] as const)('a request is held for 15 s in all: %s', async (when, before, leftMs, end) => {
  const [engine] = await realms(1, () => new Promise(() => {}))
  await signIn(engine!, when === 'before it is sent' ? 1e-9 : 600)
  const begin = () => handlers.beginExchange(engine!, { request: REQUEST })
  const sent = when === 'before it is sent' ? undefined : await begin()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  let ended: PageStep['kind'] | undefined
  void (sent ? goOn(engine!, sent, { waitedMs: before }) : begin()).then(({ kind }) => (ended = kind))
  await vi.advanceTimersByTimeAsync(leftMs - 100)
  expect(ended).toBeUndefined()
  await vi.advanceTimersByTimeAsync(200)
  expect(ended).toBe(end)
})
