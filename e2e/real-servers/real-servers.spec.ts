/** Servers that really run, with the configurations of `src/servers`: sign-in, refusal, refresh, end and sign-out. */
import { ask, failureOf, openApp } from '../app.ts'
import type { Tab } from '../engines/engine.ts'
import { expect, test } from '../fixtures.ts'
import type { JsonObject } from '../../src/servers/known-server.ts'
import { type Running, start } from './program.ts'
import { REAL_SERVERS, type RealServer, type Sent, sessionFor } from './servers.ts'
import { annotating } from './shown.ts'

for (const real of REAL_SERVERS)
  test(real.name, async ({ browsing, site }, testInfo) => {
    const shown = annotating(testInfo, { ...real, title: real.name })
    const running = await start(real.program, site.origin)
    try {
      const session = sessionOf(real, running)
      site.configuration = { sessions: { main: session } }
      const api = real.inputs(running)['api']!
      const tab = await openApp(browsing, site)
      const { refused = 401, withoutToken = 401 } = real.statuses ?? {}
      const status = async () => (await ask(tab, api)).status
      const tokens = async () => send(real.signIn(running))

      await signsIn(tab, real, running)
      expect(await status()).toBe(200)
      shown('sign-in')

      if (real.refuse) await send(real.refuse(running))
      else await adopt(tab, withOtherSignature(await tokens(), session))
      expect(await status()).toBe(real.refreshesBy === 'refresh token' ? 200 : refused)
      shown('refusal')

      if (real.refreshesBy === 'access token') await adopt(tab, await tokens())
      if (real.refreshesBy !== 'nothing') {
        for (const _ of [1, 2]) await tab.evaluate(() => bearerWorker.refresh())
        expect(await status()).toBe(200)
        shown('refresh')

        const ending = await tokens()
        await adopt(tab, real.refreshesBy === 'access token' ? withOtherSignature(ending, session) : ending)
        if (real.end) await send(real.end(running, read(ending, fieldOf(session, 'refreshToken'))))
        else if (real.refreshesBy === 'refresh token') await signOutElsewhere(tab, ending)
        expect(await failureOf(tab, () => bearerWorker.refresh())).toMatchObject({ code: 'session-ended' })
        shown('end')
      }

      const leaving = await tokens()
      await adopt(tab, leaving)
      expect(await status()).toBe(200)
      await tab.evaluate(() => bearerWorker.signOut())
      expect(await status()).toBe(withoutToken)
      if (real.endsAtSignOut) {
        await adopt(tab, leaving)
        expect(await failureOf(tab, () => bearerWorker.refresh())).toMatchObject({ code: 'session-ended' })
      }
      shown('sign-out')
    } finally {
      await running.stop()
    }
  })

function sessionOf(real: RealServer, running: Running): JsonObject {
  const session = sessionFor(real.name, real.inputs(running))
  return real.adjust?.(session, running) ?? session
}

/** By a request of the page: its answer is captured, and comes without the token. */
async function signsIn(tab: Tab, real: RealServer, running: Running): Promise<void> {
  const { url, ...request } = real.signIn(running)
  const { status, text } = await ask(tab, url, request)
  expect(status, text).toBeLessThan(300)
  expect(() => read(JSON.parse(text), fieldOf(sessionOf(real, running), 'accessToken'))).toThrow('No token')
  expect(await tab.evaluate(async () => (await bearerWorker.session()).state)).toBe('active')
}

/** By the test itself, as another browser or an administrator would. Resolves with the JSON of the answer, if there is one. */
async function send({ url, ...request }: Sent): Promise<unknown> {
  const response = await fetch(url, request)
  const text = await response.text()
  expect(response.status, text).toBeLessThan(300)
  return text === '' ? undefined : JSON.parse(text)
}

const adopt = (tab: Tab, tokens: unknown) => tab.evaluate((given) => bearerWorker.setTokens(given), tokens)

/** The session ends at the server, and the tab does not know. */
async function signOutElsewhere(tab: Tab, tokens: unknown): Promise<void> {
  await tab.evaluate(() => bearerWorker.signOut())
  await adopt(tab, tokens)
}

/** The path at which the configuration looks for a token. */
function fieldOf(session: JsonObject, field: 'accessToken' | 'refreshToken'): string {
  const configured = (session['tokenFields'] as JsonObject | undefined)?.[field]
  return typeof configured === 'string'
    ? configured
    : { accessToken: 'access_token', refreshToken: 'refresh_token' }[field]
}

function read(value: unknown, path: string): string {
  const found = path.split('.').reduce<unknown>((within, key) => Object(within)[key] as unknown, value)
  if (typeof found !== 'string') throw new Error(`No token at ${path} of ${JSON.stringify(value)}`)
  return found
}

/** The same answer, its access token one that the server has not issued: the last part is another. */
function withOtherSignature(answer: unknown, session: JsonObject): unknown {
  const token = read(answer, fieldOf(session, 'accessToken'))
  const parts = token.split('.')
  const other = [...parts.slice(0, -1), [...parts.at(-1)!].reverse().join('')].join('.')
  return JSON.parse(JSON.stringify(answer).replaceAll(token, other))
}
