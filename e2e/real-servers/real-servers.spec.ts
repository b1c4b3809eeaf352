/** Servers that really run, with the configurations of `src/servers`: sign-in, refusal, refresh, end and sign-out. */
import { ask, failureOf, openApp } from '../app.ts'
import type { Tab } from '../engines/engine.ts'
import { expect, test } from '../fixtures.ts'
import type { JsonObject } from '../../src/servers/known-server.ts'
import { type Running, start, versionOf } from './program.ts'
import { knownServer, REAL_SERVERS, type RealServer, type Sent } from './servers.ts'

for (const real of REAL_SERVERS) {
  const { name, program, packageName, note } = real
  test(`${name}: ${packageName}`, async ({ browsing, site }, { annotations }) => {
    const annotate = (type: string, description: string) => annotations.push({ type, description })
    annotate('server', name)
    annotate('package', `${packageName} ${versionOf(packageName)}`)
    if (note) annotate('note', note)
    const running = await start(program, site.origin)
    try {
      const session = sessionOf(real, running)
      site.configuration = { sessions: { main: session } }
      const api = real.inputs(running)['api']!
      const tab = await openApp(browsing, site)

      await signsIn(tab, real, running)
      expect((await ask(tab, api)).status).toBe(200)
      annotate('shown', 'sign-in')

      const raw = await signInByTest(real.signIn(running))
      const accessToken = read(raw, fieldOf(session, 'accessToken'))
      await adopt(tab, replaced(raw, accessToken, otherSignature(accessToken)))
      expect((await ask(tab, api)).status).toBe(real.end ? 200 : 401)
      annotate('shown', 'refusal')

      if (real.end) {
        for (const _ of [1, 2]) await tab.evaluate(() => bearerWorker.refresh())
        expect((await ask(tab, api)).status).toBe(200)
        annotate('shown', 'refresh')

        const ending = await signInByTest(real.signIn(running))
        await adopt(tab, ending)
        await signInByTest(real.end(running, read(ending, fieldOf(session, 'refreshToken'))))
        expect(await failureOf(tab, () => bearerWorker.refresh())).toMatchObject({ code: 'session-ended' })
        annotate('shown', 'end')
      }

      const leaving = await signInByTest(real.signIn(running))
      await adopt(tab, leaving)
      await tab.evaluate(() => bearerWorker.signOut())
      expect((await ask(tab, api)).status).toBe(401)
      if (real.endsAtSignOut) {
        await adopt(tab, leaving)
        expect(await failureOf(tab, () => bearerWorker.refresh())).toMatchObject({ code: 'session-ended' })
      }
      annotate('shown', 'sign-out')
    } finally {
      await running.stop()
    }
  })
}

function sessionOf(real: RealServer, running: Running): JsonObject {
  const { sessions } = knownServer(real.name).configuration(real.inputs(running)) as { sessions: { main: JsonObject } }
  return real.adjust?.(sessions.main, running) ?? sessions.main
}

/** By a request of the page: its answer is captured, and comes without the token. */
async function signsIn(tab: Tab, real: RealServer, running: Running): Promise<void> {
  const { url, ...request } = real.signIn(running)
  const { status, text } = await ask(tab, url, request)
  expect(status).toBeLessThan(300)
  expect(() => read(JSON.parse(text), fieldOf(sessionOf(real, running), 'accessToken'))).toThrow('No token')
  expect(await tab.evaluate(async () => (await bearerWorker.session()).state)).toBe('active')
}

async function signInByTest({ url, ...request }: Sent): Promise<unknown> {
  const response = await fetch(url, request)
  expect(response.status, await response.clone().text()).toBeLessThan(300)
  return response.json()
}

const adopt = (tab: Tab, tokens: unknown) => tab.evaluate((given) => bearerWorker.setTokens(given), tokens)

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

const replaced = (value: unknown, from: string, to: string): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll(from, to))

/** A token that the server has not issued: its last part is another. */
function otherSignature(token: string): string {
  const parts = token.split('.')
  return [...parts.slice(0, -1), [...parts.at(-1)!].reverse().join('')].join('.')
}
