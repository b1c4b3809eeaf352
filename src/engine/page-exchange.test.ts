/** The exchange of a request that a page sends itself, while a newer configuration comes into force. */
import 'urlpattern-polyfill'
import { expect, test } from 'vitest'
import { memoryStore } from '../io/session-store.ts'
import type { PageRequest } from '../protocol.ts'
import { handlers } from './calls.ts'
import { enforce, toStored } from './configuration-in-force.ts'
import { Engine } from './engine.ts'

const BASE = 'https://app.example'
const url = `${BASE}/bearer-worker.json`
const configurationWith = (session: object) =>
  JSON.stringify({ sessions: { main: { resources: ['/api/*'], ...session } } })

const signIn: PageRequest = {
  url: `${BASE}/login`,
  method: 'POST',
  mode: 'cors',
  destination: '',
  headers: {},
  bytes: 2,
  seenByWorker: false,
}

/** An engine that has stored one configuration, and finds another in the file. */
async function engineBetween(stored: object, inFile: object): Promise<Engine> {
  const store = memoryStore()
  await store.swap('configuration /bearer-worker.json', () => toStored(enforce(configurationWith(stored), url, BASE)))
  const engine = new Engine(
    {
      fetch: async () => new Response(configurationWith(inFile)),
      base: BASE,
      configuration: '/bearer-worker.json',
      home: `${BASE}/`,
      now: Date.now,
      random: Math.random,
      store,
      askPages: async () => undefined,
      readCookies: async () => ({}),
      tell: () => {},
    },
    { url, script: `${BASE}/bearer-worker.sw.js` },
    { authorizationServers: () => Promise.reject(new Error('no part')) },
  )
  await engine.boot()
  return engine
}

test('a sign-in is matched by the file, not by the configuration that an earlier life has stored', async () => {
  const engine = await engineBetween({ capture: ['/login'] }, { capture: ['/token', '/login'] })
  const step = await handlers.beginExchange(engine, { request: signIn })
  expect(step).toMatchObject({ kind: 'send-as-is', ticket: { capture: 1 }, reads: 'everything' })
})

test('a request that the file does not list any more is left to the browser', async () => {
  const engine = await engineBetween({ capture: ['/login'] }, { capture: ['/token'] })
  expect(await handlers.beginExchange(engine, { request: signIn })).toEqual({ kind: 'elsewhere' })
})
