/** The table of docs/threat-model.md: each attack is really tried, and ends as the page says. */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ask, openApp, openSignedIn } from './app.ts'
import { oauthSession, oneSession } from './configurations.ts'
import type { Browsing, Tab } from './engines/engine.ts'
import type { AuthorizationServer } from '../scripts/demo/authorization-server.ts'
import type { Site } from './servers/site.ts'
import type { TokenServer } from '../src/testing/servers/token-server.ts'
import { expect, oidcSession, openSignedInAt, readStore, test } from './oauth.ts'

const RECORD = '/bearer-worker.json main'
type Setting = 'plain' | 'memory' | 'DPoP'

function choose(site: Site, id: AuthorizationServer, setting: Setting): void {
  site.configuration = oneSession(
    oidcSession(id, { dpop: setting === 'DPoP' }, { storage: setting === 'memory' ? 'memory' : 'indexeddb' }),
  )
}

async function openWithCookie(browsing: Browsing, site: Site, tokens: TokenServer): Promise<Tab> {
  site.configuration = oneSession({
    resources: ['/api/*'],
    refresh: { url: '/auth/session-token', method: 'GET', body: 'none', credentials: 'same-origin' },
  })
  const tab = await openApp(browsing, site)
  await ask(tab, '/auth/cookie-login', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'ada', password: 'correct horse battery staple' }),
  })
  await tab.evaluate(() => bearerWorker.refresh())
  expect(tokens.refreshes).toHaveLength(1)
  return tab
}

/** From another machine, as whoever has the tokens. */
async function useElsewhere(
  id: AuthorizationServer,
  { accessToken, refreshToken }: { readonly accessToken: string; readonly refreshToken: string },
) {
  const rows = await fetch(`${id.url}/rows`, { headers: { authorization: `Bearer ${accessToken}` } })
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken, client_id: id.clientId })
  const refreshed = await fetch(`${id.url}/token`, { method: 'POST', body })
  return { rows: rows.status, refresh: refreshed.status }
}

/** The configuration, which is kept as well, says only by what names a server has them. */
async function recordsWithTokens(tab: Tab): Promise<readonly string[]> {
  const records = Object.entries(await readStore(tab)).filter(([key]) => !key.startsWith('configuration '))
  return records.filter(([, record]) => /token":"/i.test(JSON.stringify(record))).map(([key]) => key)
}

test.describe('a script of the page reads the store', () => {
  test('plain: it succeeds, the tokens work anywhere', async ({ browsing, site, id }) => {
    choose(site, id, 'plain')
    const tab = await openSignedInAt(browsing, id, site)
    expect(await recordsWithTokens(tab)).toEqual([RECORD])
    const record = (await readStore(tab))[RECORD] as { accessToken: string; refreshToken: string }
    expect(await useElsewhere(id, record)).toEqual({ rows: 200, refresh: 200 })
  })

  test('memory: it finds nothing', async ({ browsing, site, id }) => {
    choose(site, id, 'memory')
    const tab = await openSignedInAt(browsing, id, site)
    expect(await recordsWithTokens(tab)).toEqual([])
  })

  test('cookie refresh: it finds the access token, and no refresh token', async ({ browsing, site, tokens }) => {
    const tab = await openWithCookie(browsing, site, tokens)
    const record = (await readStore(tab))[RECORD] as { accessToken: string; refreshToken?: string }
    expect(tokens.issuer.accepts(record.accessToken)).toBe(true)
    expect(record.refreshToken).toBeUndefined()
  })

  test('DPoP: the tokens are worth nothing elsewhere', async ({ browsing, site, id }) => {
    choose(site, id, 'DPoP')
    const tab = await openSignedInAt(browsing, id, site)
    const record = (await readStore(tab))[RECORD] as { accessToken: string; refreshToken: string }
    expect(await useElsewhere(id, record)).toEqual({ rows: 401, refresh: 400 })
  })
})

test.describe('a script of the page uses the session in place', () => {
  for (const setting of ['plain', 'memory', 'DPoP'] as const) {
    test(`${setting}: it succeeds`, async ({ browsing, site, id }) => {
      choose(site, id, setting)
      const tab = await openSignedInAt(browsing, id, site)
      expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
    })
  }

  test('cookie refresh: it succeeds', async ({ browsing, site, tokens }) => {
    const tab = await openWithCookie(browsing, site, tokens)
    expect((await ask(tab, '/api/rows')).status).toBe(200)
  })
})

test.describe('a script of the page starts a sign-in of its own', () => {
  for (const setting of ['plain', 'memory', 'DPoP'] as const) {
    test(`${setting}: it succeeds, while the user is signed in at the server`, async ({ browsing, site, id }) => {
      choose(site, id, setting)
      const tab = await openSignedInAt(browsing, id, site)
      const accessToken = await tab.evaluate(
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
      expect((await fetch(`${id.url}/rows`, { headers: { authorization: `Bearer ${accessToken}` } })).status).toBe(200)
    })
  }

  test('while the worker is there, too: it answers only returns of sign-ins that it has begun', async ({
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
})

test.describe('a dependency watches every request of the page', () => {
  test('it sees no token, neither on requests nor in the answer of a sign-in', async ({ browsing, site, tokens }) => {
    const watch = `<script>
      window.seen = []
      const { fetch: native } = window
      window.fetch = async (...args) => {
        const request = new Request(...args)
        seen.push([...request.headers].join())
        const response = await native(...args)
        seen.push([...response.headers].join(), await response.clone().text())
        return response
      }
    </script>`
    site.pages.set(
      '/watched.html',
      `<!doctype html><script src="/bearer-worker.js"></script>${watch}<title>watched</title>`,
    )
    const tab = await openApp(browsing, site, '/watched.html')
    await ask(tab, '/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'ada', password: 'correct horse battery staple' }),
    })
    expect((await ask(tab, '/api/rows')).status).toBe(200)
    const seen = await tab.evaluate(() => (window as unknown as { seen: readonly string[] }).seen.join('\n'))
    expect(seen).toContain('authorized')
    for (const token of tokens.issuer.everyToken) expect(seen).not.toContain(token)
  })

  test('but it can read the store as any script of the page can', async ({ browsing, site, tokens }) => {
    const tab = await openSignedIn(browsing, site)
    expect(JSON.stringify(await readStore(tab))).toContain(tokens.issuer.latest.refresh_token)
  })
})

test.describe('a look-alike origin asks for the token', () => {
  test('another port, another name, credentials in the URL: it gets none', async ({
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
})

test.describe('the API redirects to another origin', () => {
  test('plain: the token is not sent on', async ({ browsing, site, api, stranger, tokens }) => {
    site.configuration = oneSession(oauthSession(api, tokens, { resources: ['/moved'] }))
    site.mounts.set(
      '/moved',
      (_, response) => void response.writeHead(302, { location: stranger.url('/public/taken') }).end(),
    )
    const tab = await openSignedIn(browsing, site)
    expect((await ask(tab, '/moved')).status).toBe(200)
    expect(stranger.to('/public/taken').map(({ authorization }) => authorization)).toEqual([undefined])
  })

  test('DPoP: the request fails, and neither token nor proof is sent on', async ({ browsing, site, stranger, id }) => {
    site.configuration = oneSession(oidcSession(id, { dpop: true }, { resources: ['/moved'] }))
    site.mounts.set(
      '/moved',
      (_, response) => void response.writeHead(302, { location: stranger.url('/public/taken') }).end(),
    )
    const tab = await openSignedInAt(browsing, id, site)
    await expect(ask(tab, '/moved')).rejects.toThrow()
    expect(stranger.requests).toEqual([])
  })
})

test.describe('somebody copies the profile from the disk', () => {
  for (const [setting, status] of [
    ['plain', 200],
    ['DPoP', 200],
    ['memory', 401],
  ] as const) {
    test(`${setting}: ${status === 200 ? 'it succeeds' : 'nothing is there'}`, async ({ engine, site, id }) => {
      test.skip(engine.browseProfile === undefined, "MiniBrowser's automation profile is ephemeral")
      choose(site, id, setting)
      const folder = await mkdtemp(join(tmpdir(), 'profile-'))
      const owner = await engine.browseProfile!(join(folder, 'owner'))
      await openSignedInAt(owner, id, site)
      await owner.close()
      await cp(join(folder, 'owner'), join(folder, 'thief'), {
        recursive: true,
        filter: (source) => !/Singleton|\block$|\.parentlock/.test(source),
      })

      const thief = await engine.browseProfile!(join(folder, 'thief'))
      expect((await ask(await openApp(thief, site), `${id.url}/rows`)).status).toBe(status)
      await thief.close()
      await rm(folder, { recursive: true, force: true })
    })
  }
})

test.describe('the next user of a shared computer', () => {
  for (const setting of ['plain', 'memory', 'DPoP'] as const) {
    test(`${setting}: has the session until somebody signs out, then nothing of it`, async ({ browsing, site, id }) => {
      choose(site, id, setting)
      const left = await openSignedInAt(browsing, id, site)
      const next = await openApp(browsing, site)
      await left.close()
      expect((await ask(next, `${id.url}/rows`)).status).toBe(200)

      await next.evaluate(() => bearerWorker.signOut())
      expect((await ask(next, `${id.url}/rows`)).status).toBe(401)
      expect(await recordsWithTokens(next)).toEqual([])
      expect(id.counts.revocations).toBe(1)
    })
  }

  test('cookie refresh: has the session again after a sign-out, until the server deletes its cookie', async ({
    browsing,
    site,
    tokens,
  }) => {
    const left = await openWithCookie(browsing, site, tokens)
    await left.evaluate(() => bearerWorker.signOut())
    const next = await openApp(browsing, site)
    expect((await ask(next, '/api/rows')).status).toBe(401)
    await next.evaluate(() => bearerWorker.refresh())
    expect((await ask(next, '/api/rows')).status).toBe(200)
  })

  test('a page from the back-forward cache does not show what was there before a sign-out', async ({
    browsing,
    site,
  }) => {
    const tab = await openSignedIn(browsing, site)
    const other = await openApp(browsing, site)
    await expect.poll(() => tab.evaluate(() => bearerWorker.snapshot()?.state)).toBe('active')
    // A page in that cache hears nothing; whether a browser keeps one is up to it.
    await tab.evaluate(() => {
      Object.assign(window, { kept: true })
      dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
    })
    await other.evaluate(() => bearerWorker.signOut())
    await tab.evaluate(() => void dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
    await expect.poll(() => tab.evaluate(() => 'kept' in window).catch(() => true)).toBe(false)
    expect(await tab.evaluate(() => bearerWorker.session())).toMatchObject({ state: 'signed-out' })
  })
})

test.describe('another site links to the API', () => {
  for (const [navigations, outcome] of [
    [false, 'the link goes out bare'],
    [true, 'it succeeds: the link is followed as the user'],
  ] as const) {
    test(`"navigations": ${navigations}: ${outcome}`, async ({ browsing, site, api, tokens }) => {
      site.configuration = oneSession(oauthSession(api, tokens, { navigations }))
      const tab = await openSignedIn(browsing, site)
      await tab.goto(site.url('/plain.html', 'evil.localhost'))
      await tab.evaluate((url) => void (location.href = url), site.url('/api/rows'))
      await expect.poll(() => api.to('/api/rows').length).toBeGreaterThan(0)
      // WebKit sends it once by itself while it starts the worker; that is refused, and replayed.
      await expect.poll(() => api.to('/api/rows').at(-1)?.authorization !== undefined).toBe(navigations)
    })

    test(`"navigations": ${navigations}: a form’s POST goes out bare`, async ({ browsing, site, api, tokens }) => {
      site.configuration = oneSession(oauthSession(api, tokens, { navigations }))
      const tab = await openSignedIn(browsing, site)
      await tab.goto(site.url('/plain.html', 'evil.localhost'))
      await tab.evaluate((action) => {
        const form = Object.assign(document.createElement('form'), { method: 'post', action })
        document.body.append(form)
        form.submit()
      }, site.url('/api/rows'))
      await expect.poll(() => api.to('/api/rows').length).toBeGreaterThan(0)
      expect(api.to('/api/rows')[0]?.authorization).toBeUndefined()
    })
  }
})
