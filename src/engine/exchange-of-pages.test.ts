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

/** Engines of several realms over one store. `onRefresh` answers their token endpoint. */
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
