/** The table of docs/threat-model.md: what a script of the page can do, and what servers can. Each attack is really tried, and ends as the page says. */
import { ask, openSignedIn } from './app.ts'
import { oauthSession, oneSession } from './configurations.ts'
import type { Tab } from './engines/engine.ts'
import type { AuthorizationServer } from '../scripts/demo/authorization-server.ts'
import { expect, oidcSession, openSignedInAt, readStore, test } from './oauth.ts'
import type { Api } from './servers/api.ts'
import type { Site } from './servers/site.ts'
import { RECORD } from './threats/poison.ts'
import { choose, openWithCookie, recordsWithTokens, type Setting } from './threats/settings.ts'

interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
}

/** From another machine, as whoever has the tokens. */
async function useElsewhere(id: AuthorizationServer, { accessToken, refreshToken }: Tokens) {
  const rows = await fetch(`${id.url}/rows`, { headers: { authorization: `Bearer ${accessToken}` } })
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken, client_id: id.clientId })
  const refreshed = await fetch(`${id.url}/token`, { method: 'POST', body })
  return { rows: rows.status, refresh: refreshed.status }
}

/** A script signs in by itself in a frame, while the user is signed in at the server. Resolves with its access token. */
function signInByScript(tab: Tab, id: AuthorizationServer): Promise<string> {
  return tab.evaluate(
    async ({ url, clientId }) => {
      await (await navigator.serviceWorker.getRegistration())?.unregister() // so that it does not answer
      const verifier = 'v'.repeat(43)
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)))
      const challenge = btoa(String.fromCharCode(...hash))
        .replaceAll('+', '-')
        .replaceAll('/', '_')
        .replace('=', '')
      const redirectUri = `${location.origin}/signed-in`
      const query = {
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: 'openid rows',
        resource: `${url}/rows`,
        prompt: 'none',
        code_challenge: challenge,
        code_challenge_method: 'S256',
      }
      const frame = document.createElement('iframe')
      frame.src = `${url}/auth?${new URLSearchParams(query)}`
      const loaded = new Promise((resolve) => (frame.onload = resolve))
      document.body.append(frame)
      await loaded
      const code = new URL(frame.contentWindow!.location.href).searchParams.get('code') ?? ''
      const body = new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        client_id: clientId,
        code_verifier: verifier,
        resource: `${url}/rows`,
      })
      const answer = (await (await fetch(`${url}/token`, { method: 'POST', body })).json()) as {
        access_token: string
      }
      return answer.access_token
    },
    { url: id.url, clientId: id.clientId },
  )
}

const tokensIn = async (tab: Tab) => (await readStore(tab))[RECORD] as unknown as Tokens

/** What a script that reads the store gains by it, by setting. */
const READS = {
  plain: async (tab: Tab, id: AuthorizationServer) => {
    expect(await recordsWithTokens(tab)).toEqual([RECORD])
    expect(await useElsewhere(id, await tokensIn(tab))).toEqual({ rows: 200, refresh: 200 })
  },
  memory: async (tab: Tab) => expect(await recordsWithTokens(tab)).toEqual([]),
  DPoP: async (tab: Tab, id: AuthorizationServer) =>
    expect(await useElsewhere(id, await tokensIn(tab))).toEqual({ rows: 401, refresh: 400 }),
} as const

for (const [setting, read] of Object.entries(READS)) {
  const gain = {
    plain: 'finds tokens that work anywhere',
    memory: 'finds none',
    DPoP: 'finds tokens that work nowhere else',
  }
  test(`${setting}: a script of the page uses the session in place, signs in by itself, and ${gain[setting as Setting]} in the store`, async ({
    browsing,
    site,
    id,
  }) => {
    choose(site, id, setting as Setting)
    const tab = await openSignedInAt(browsing, id, site)
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
    const authorization = `Bearer ${await signInByScript(tab, id)}`
    expect((await fetch(`${id.url}/rows`, { headers: { authorization } })).status).toBe(200)
    await read(tab, id)
  })
}

test('cookie refresh: a script of the page uses the session in place, and finds the access token alone in the store', async ({
  browsing,
  site,
  tokens,
}) => {
  const tab = await openWithCookie(browsing, site, tokens)
  expect((await ask(tab, '/api/rows')).status).toBe(200)
  const { accessToken, refreshToken } = await tokensIn(tab)
  expect(tokens.issuer.accepts(accessToken)).toBe(true)
  expect(refreshToken).toBeUndefined()
})

test('a script of the page starts a sign-in of its own while the worker is there: it answers only returns of those that it has begun', async ({
  browsing,
  site,
  id,
}) => {
  choose(site, id, 'plain')
  const tab = await openSignedInAt(browsing, id, site)
  const seen = await tab.evaluate(
    async ({ url, clientId }) => {
      const query = {
        response_type: 'code',
        client_id: clientId,
        redirect_uri: `${location.origin}/signed-in`,
        scope: 'openid',
        prompt: 'none',
        code_challenge: 'c'.repeat(43),
        code_challenge_method: 'S256',
        state: 'mine',
      }
      const frame = document.createElement('iframe')
      frame.src = `${url}/auth?${new URLSearchParams(query)}`
      const loaded = new Promise((resolve) => (frame.onload = resolve))
      document.body.append(frame)
      await loaded
      return frame.contentWindow!.location.href
    },
    { url: id.url, clientId: id.clientId },
  )
  expect(seen).toContain(site.url('/signed-in?code='))
})

test('a look-alike origin asks for the token by another port, another name, credentials in the URL: it gets none', async ({
  browsing,
  site,
  api,
  stranger,
  tokens,
}) => {
  const tab = await openSignedIn(browsing, site)
  const { port } = new URL(api.origin)
  const urls = [
    stranger.url('/rows'),
    stranger.url('/rows?https://localhost/api/'),
    `http://evil.localhost:${port}/rows`,
    stranger.url('/public/rows').replace('http://', 'http://localhost%2Fapi.'),
  ]
  for (const url of urls) await ask(tab, url).catch(() => undefined)
  const received = [...stranger.requests, ...api.requests]
  expect(received.length).toBeGreaterThanOrEqual(3)
  for (const { headers } of received)
    for (const token of tokens.issuer.everyToken) expect(JSON.stringify(headers)).not.toContain(token)
})

/** `/moved` redirects to another origin. */
const move = (site: Site, stranger: Api) =>
  site.mounts.set('/moved', (_, response) => {
    response.writeHead(302, { location: stranger.url('/public/taken') }).end()
  })

test('the API redirects to another origin, plain: the token is not sent on', async ({
  browsing,
  site,
  api,
  stranger,
  tokens,
}) => {
  site.configuration = oneSession(oauthSession(api, tokens, { resources: ['/moved'] }))
  move(site, stranger)
  const tab = await openSignedIn(browsing, site)
  expect((await ask(tab, '/moved')).status).toBe(200)
  expect(stranger.to('/public/taken').map(({ authorization }) => authorization)).toEqual([undefined])
})

test('the API redirects to another origin, DPoP: the request fails, and neither token nor proof is sent on', async ({
  browsing,
  site,
  stranger,
  id,
}) => {
  site.configuration = oneSession(oidcSession(id, { dpop: true }, { resources: ['/moved'] }))
  move(site, stranger)
  const tab = await openSignedInAt(browsing, id, site)
  await expect(ask(tab, '/moved')).rejects.toThrow()
  expect(stranger.requests).toEqual([])
})
