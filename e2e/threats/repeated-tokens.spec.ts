/** A server that repeats what it was sent, in the errors of its token endpoint: no page is shown a token, a code or a verifier. */
import { openApp, signIn } from '../app.ts'
import { oauthSession, oneSession } from '../configurations.ts'
import type { Tab } from '../engines/engine.ts'
import { expect, oidcSession, test } from '../oauth.ts'
import { beginSignIn } from './call-worker.ts'
import { answerJson } from '../../src/testing/servers/answers.ts'
import { receive } from '../../src/testing/servers/received-request.ts'

/** What a page can learn of a refresh: its error, the view, the history, and what was told meanwhile. */
const learnt = (tab: Tab) =>
  tab.evaluate(async () => {
    const told: unknown[] = []
    for (const type of ['sessionchange', 'refresh'] as const)
      bearerWorker.addEventListener(type, ({ detail }) => told.push(detail))
    const failure = await bearerWorker.refresh().catch((error: Error) => ({ ...error, message: error.message }))
    return JSON.stringify([failure, await bearerWorker.sessions(), await bearerWorker.history(), told])
  })

const unescaped = (text: string) =>
  text.replaceAll(/%([\da-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))

/** Texts that some servers send as the code of an error. */
const TEXTS: Readonly<Record<string, (sent: string) => string>> = {
  alone: (sent) => sent,
  'in a sentence': (sent) => `Token ${sent} is not valid`,
  'percent-encoded': (sent) => `invalid:${[...sent].map((each) => `%${each.charCodeAt(0).toString(16)}`).join('')}`,
  'in a sentence about time': (sent) => `${sent} expired, try again`,
}

test('refresh tokens', async ({ browsing, site, api, tokens }) => {
  test.setTimeout(120_000)
  site.tapsConsole = true
  const refresh = { url: '/repeats', errorField: ['error', 'detail'] }
  site.configuration = oneSession(oauthSession(api, tokens, { refresh, sessionEnded: { statuses: [401] } }))
  const state = { status: 401, text: TEXTS['alone']! }
  site.mounts.set('/repeats', async (request, response) => {
    const sent = new URLSearchParams((await receive(request)).body).get('refresh_token') ?? ''
    answerJson(response, state.status, { error: state.text(sent), detail: state.text(sent) })
  })
  const tab = await openApp(browsing, site)
  for (const [what, text] of Object.entries(TEXTS)) {
    for (const status of [401, 500]) {
      Object.assign(state, { status, text })
      await signIn(tab)
      const seen = unescaped(await learnt(tab))
      expect.soft(seen, `${what}, ${status}`).toMatch(/refresh-failed|session-ended/)
      const shown = tokens.issuer.everyToken.filter((token) => seen.includes(token))
      expect.soft(shown, `${what}, ${status}`).toEqual([])
    }
  }
  for (const token of tokens.issuer.everyToken) expect(unescaped(site.console.join())).not.toContain(token)
})

test('codes and verifiers', async ({ browsing, site, id }) => {
  const session = oidcSession(id)
  site.mounts.set('/repeats', async (request, response) => {
    const sent = new URLSearchParams((await receive(request)).body)
    answerJson(response, 400, { error: `not valid: ${sent.get('code')} ${sent.get('code_verifier')}`.slice(0, 100) })
  })
  const metadata = { authorization_endpoint: `${id.url}/auth`, token_endpoint: site.url('/repeats') }
  const authorizationServer = { ...(session['authorizationServer'] as object), metadata }
  site.configuration = oneSession({ ...session, authorizationServer })
  const tab = await openApp(browsing, site)
  const state = (await beginSignIn(tab)).searchParams.get('state')!
  await tab.goto(site.url(`/signed-in?code=secret-code&state=${state}`))
  await expect.poll(() => tab.evaluate(() => location.pathname)).toBe('/')
  await tab.evaluate(() => bearerWorker.ready)
  expect(await tab.evaluate(() => bearerWorker.session())).toMatchObject({ state: 'signed-out', reason: 'http-400' })
})
