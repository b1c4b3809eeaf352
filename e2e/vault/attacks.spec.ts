/** The columns "vault" and "vault with DPoP" of docs/threat-model.md: each attack is really tried, and ends as the page says. */
import { ask } from '../app.ts'
import type { Browsing, Tab } from '../engines/engine.ts'
import { converse, type Question, signInByItself } from './attacks.ts'
import { expect, openAt, readStore, signInByVault, test, type Vaulted } from './vault.ts'
import { vaultPageUrl } from './vault-page.ts'

const RECORD = '/bearer-worker.json main'
const token: Question = { name: 'token', with: { session: 'main', reason: 'expired' } }

/** A page of another site, of the same server. */
const FOREIGN = 'evil.other.localhost'
/** Origins that look like an app's. */
const LOOK_ALIKES = ['app.site.localhost.evil.localhost', 'app-site.localhost', 'xapp.site.localhost', 'site.localhost']

test('vault', async ({ browsing, site, vaulted }) => {
  const { id, app, page } = vaulted
  const tab = await signedIn(browsing, vaulted)
  const refreshToken = await refreshTokenOf(browsing, vaulted)

  await test.step('reads the store: open for the access token, holds for the refresh token', async () => {
    const store = await readStore(tab)
    const { accessToken } = store[RECORD] as { accessToken: string }
    expect(await rowsElsewhere(vaulted, { authorization: `Bearer ${accessToken}` })).toBe(200)
    expect(JSON.stringify(store)).not.toContain(refreshToken)
  })

  await test.step('takes the refresh token: holds, whatever it asks the frame', async () => {
    const names = ['token', 'adopt', 'proof', 'learn', 'session', 'signIn', 'refresh', 'getRefreshToken', 'constructor']
    const { first, replies } = await converse(
      tab,
      page,
      names.flatMap((name) => [
        { name, with: { session: 'main', reason: 'expired' } },
        { name, with: { session: 'main', reason: 'expired', accessToken: 'x', method: 'GET', url: id.issuer } },
        { name, with: { session: '__proto__', reason: 'missing' } },
      ]),
    )
    expect(first).toMatchObject({ kind: 'ready' })
    expect(replies.filter(({ ok }) => ok)).toHaveLength(2)
    expect(JSON.stringify([first, replies])).not.toContain(refreshToken)
    expect(JSON.stringify(replies)).not.toMatch(/refresh_?token|id_?token|"eyJ/i)
  })

  await test.step('reads into the frame: holds', async () => {
    const read = await tab.evaluate(() => {
      const frame = [...document.querySelectorAll('iframe')].at(-1)
      try {
        return String((frame!.contentWindow as unknown as { indexedDB: unknown }).indexedDB)
      } catch (error) {
        return (error as Error).name
      }
    })
    expect(read).toBe('SecurityError')
  })

  await test.step('takes the access token: open, for its lifetime', async () => {
    const { replies } = await converse(tab, page, [token])
    const { accessToken } = replies[0]!.value as { accessToken: string }
    expect(await rowsElsewhere(vaulted, { authorization: `Bearer ${accessToken}` })).toBe(200)
  })

  await test.step('uses the session in place: open', async () => {
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
  })

  await ownSignInHolds(tab, vaulted)
  await strangersGetNothing(browsing, site.url('/plain.html', FOREIGN), vaulted)

  await test.step('a look-alike origin asks: holds', async () => {
    for (const host of LOOK_ALIKES) {
      const other = await browsing.newTab(site.url('/plain.html', host))
      const { first, replies } = await converse(other, page, [token])
      expect([host, first?.kind, replies[0]!.ok]).toEqual([host, 'refused', false])
      await other.close()
    }
  })

  await topLevelHolds(browsing, site.url('/plain.html', FOREIGN), vaulted)

  await test.step('makes the vault hammer the server: holds', async () => {
    const before = id.counts.refreshes
    const { replies } = await converse(
      tab,
      page,
      Array.from({ length: 14 }, () => ({ name: 'token', with: { session: 'main', reason: 'asked' } })),
    )
    const states = replies.map(({ value }) => (value as { state: string }).state)
    expect(states.filter((state) => state === 'active')).toHaveLength(10)
    expect(states.slice(10)).toEqual(['paused', 'paused', 'paused', 'paused'])
    expect(id.counts.refreshes - before).toBe(10)
  })

  await test.step('an app that is listed no longer: holds', async () => {
    vaulted.configureVault({}, { apps: [vaulted.admin] })
    const { first, replies } = await converse(tab, page, [token])
    expect([first?.kind, replies[0]!.ok]).toEqual(['refused', false])
  })
  expect(app).toContain('app.site.localhost')
})

test('vault with DPoP', async ({ browsing, site, vaulted }) => {
  const { id, page } = vaulted
  vaulted.configureVault({ dpop: true })
  const tab = await signedIn(browsing, vaulted)
  const rows = `${id.url}/rows`
  expect((await ask(tab, rows)).status).toBe(200)
  const { accessToken } = (await readStore(tab))[RECORD] as { accessToken: string }

  await test.step('takes the access token, from the store or from the frame: holds, it is worth nothing elsewhere', async () => {
    const { replies } = await converse(tab, page, [token])
    expect((replies[0]!.value as { accessToken: string }).accessToken).toBe(accessToken)
    expect(await rowsElsewhere(vaulted, { authorization: `DPoP ${accessToken}` })).toBe(401)
    expect(await rowsElsewhere(vaulted, { authorization: `Bearer ${accessToken}` })).toBe(401)
  })

  await test.step('takes the key: holds, it is on no origin of an app', async () => {
    expect(Object.keys(await readStore(tab)).filter((key) => key.startsWith('dpop'))).toEqual([])
  })

  await test.step('makes proofs: open for one request at once, holds for another request, another time and the server', async () => {
    const proof = (with_: object): Question => ({
      name: 'proof',
      with: { session: 'main', accessToken, method: 'GET', url: rows, ...with_ },
    })
    const { replies } = await converse(tab, page, [
      proof({}),
      proof({ iat: Math.floor(Date.now() / 1000) + 86_400, now: 9e12 }),
      proof({ url: `${id.issuer}/token`, method: 'POST' }),
    ])
    const [now, later, atServer] = replies
    expect(atServer!.ok).toBe(false)
    const sent = (dpop: string, path = '') =>
      rowsElsewhere(vaulted, { authorization: `DPoP ${accessToken}`, dpop }, path)
    expect(await sent(String(now!.value), '?page=2')).toBe(200) // a query is no part of a proof
    expect(await sent(String(now!.value))).toBe(401) // each can be used once
    const { iat } = JSON.parse(atob(String(later!.value).split('.')[1]!)) as { iat: number }
    expect(Math.abs(iat - Date.now() / 1000)).toBeLessThan(60)
    id.guard.clockAheadMs = 3_600_000
    expect(await sent(String(later!.value))).toBe(401)
    id.guard.clockAheadMs = 0
  })

  await test.step('puts tokens of its own into the vault: holds', async () => {
    const { replies } = await converse(tab, page, [
      { name: 'adopt', with: { session: 'main', tokens: { accessToken: 'attackers' }, ageMs: 0 } },
    ])
    expect(replies[0]!.ok).toBe(false)
  })

  await test.step('uses the session in place: open', async () => {
    expect((await ask(tab, rows)).status).toBe(200)
  })

  await ownSignInHolds(tab, vaulted)
  await strangersGetNothing(browsing, site.url('/plain.html', FOREIGN), vaulted)
})

async function signedIn(browsing: Browsing, vaulted: Vaulted): Promise<Tab> {
  const tab = await openAt(browsing, `${vaulted.app}/`)
  await signInByVault(tab, vaulted)
  expect((await ask(tab, `${vaulted.id.url}/rows`)).status).toBe(200)
  return tab
}

/** As nobody but the vault's own origin can read it. */
async function refreshTokenOf(browsing: Browsing, { vault }: Vaulted): Promise<string> {
  const tab = await browsing.newTab(`${vault}/plain.html`)
  const { refreshToken } = (await readStore(tab))['/bearer-worker.vault.json main'] as { refreshToken: string }
  await tab.close()
  expect(refreshToken.length).toBeGreaterThan(20)
  return refreshToken
}

async function rowsElsewhere({ id }: Vaulted, headers: Readonly<Record<string, string>>, path = ''): Promise<number> {
  return (await fetch(`${id.url}/rows${path}`, { headers })).status
}

/** The redirect URI is on no origin of an app: a code never comes to a document that the script can read. */
async function ownSignInHolds(tab: Tab, { id, app, page }: Vaulted): Promise<void> {
  await test.step('begins a sign-in of its own, in a frame and a popup, after unregistering the worker: holds', async () => {
    await tab.evaluate(async () => {
      await (await navigator.serviceWorker.getRegistration())?.unregister()
    })
    const { codes } = id.counts
    const back = id.waysBack.length
    for (const where of ['frame', 'popup'] as const) {
      const asked = { issuer: id.issuer, clientId: id.clientId, resource: `${id.url}/rows` }
      // The vault's page gets the code, and cannot use it: it has begun no such sign-in.
      expect(await signInByItself(tab, { ...asked, redirectUri: page }, where)).toMatch(/SecurityError|no window/)
      // The server knows no redirect URI of the app.
      expect(await signInByItself(tab, { ...asked, redirectUri: `${app}/signed-in` }, where)).toMatch(
        /SecurityError|no window/,
      )
    }
    expect(id.waysBack.slice(back).every((url) => url.startsWith(page))).toBe(true)
    expect(id.counts.codes).toBe(codes)
  })
}

async function strangersGetNothing(browsing: Browsing, foreign: string, { page, app }: Vaulted): Promise<void> {
  await test.step('frames the vault from a foreign site: holds', async () => {
    const evil = await browsing.newTab(foreign)
    const { first, replies } = await converse(evil, page, [token])
    expect([first?.kind, replies[0]!.ok]).toEqual(['refused', false])
    await evil.close()
  })

  await test.step('a foreign frame in the app talks to its vault: holds', async () => {
    const tab = await openAt(browsing, `${app}/`)
    const answered = await tab.evaluate(
      async ({ foreign, page }) => {
        const vault = document.createElement('iframe')
        vault.src = page
        document.documentElement.append(vault)
        await new Promise((resolve) => (vault.onload = resolve))
        const evil = document.createElement('iframe')
        evil.src = foreign
        document.documentElement.append(evil)
        await new Promise((resolve) => (evil.onload = resolve))
        return Boolean(evil.contentWindow && vault.contentWindow)
      },
      { foreign: foreign.replace('/plain.html', '/talks.html'), page },
    )
    expect(answered).toBe(true)
    // The frame asks every frame beside it, and reports to its parent what it got.
    const heard = await tab.evaluate(
      () =>
        new Promise<unknown>((resolve) => {
          window.addEventListener('message', ({ data }) => 'heard' in Object(data) && resolve(data.heard))
          for (const frame of document.querySelectorAll('iframe')) frame.contentWindow!.postMessage('begin', '*')
        }),
    )
    expect(heard).toEqual([])
    await tab.close()
  })
}

async function topLevelHolds(browsing: Browsing, foreign: string, vaulted: Vaulted): Promise<void> {
  const { id, page, app } = vaulted
  const opened: string[] = []
  id.onTheWayThere = (url) => void opened.push(url.href)

  await test.step("opens the vault's page at top level, with anything: holds", async () => {
    const signIn = { does: 'sign-in', session: 'main', parameters: {} } as const
    for (const url of [
      page,
      `${page}?code=stolen&state=made-up`,
      `${page}?error=access_denied&state=made-up`,
      vaultPageUrl(page, { ...signIn, returnTo: foreign }),
      vaultPageUrl(page, { ...signIn, returnTo: 'javascript:alert(1)//' }),
      vaultPageUrl(page, { ...signIn, returnTo: `${app}.evil.localhost/` }),
      vaultPageUrl(page, { ...signIn, returnTo: `${app}@evil.localhost/` }),
      vaultPageUrl(page, { ...signIn, returnTo: '//evil.localhost/' }),
      vaultPageUrl(page, { does: 'go-on', returnTo: `${app}/` }),
      vaultPageUrl(page, { does: 'sign-out', session: 'main' }),
    ]) {
      const tab = await browsing.newTab(url)
      const shown = await tab.evaluate(
        () =>
          new Promise<string>((resolve) => {
            const look = () => {
              const text = document.body?.textContent?.trim() ?? ''
              if (text) resolve(`${location.href} ${text}`)
              else setTimeout(look, 20)
            }
            look()
          }),
      )
      expect(shown).toContain(`${page} This page keeps your sign-in`)
      await tab.close()
    }
    expect(opened).toEqual([])
  })

  await test.step('clickjacks a sign-in: holds, a frame of the vault does nothing', async () => {
    const tab = await browsing.newTab(foreign)
    const url = vaultPageUrl(page, { does: 'sign-in', session: 'main', returnTo: `${app}/`, parameters: {} })
    await tab.evaluate(async (url) => {
      const frame = document.createElement('iframe')
      frame.src = url
      document.documentElement.append(frame)
      await new Promise((resolve) => (frame.onload = resolve))
      await new Promise((resolve) => setTimeout(resolve, 500))
    }, url)
    expect(opened).toEqual([])
    await tab.close()
  })

  await test.step('a foreign page sends the user to sign in, with parameters of its own: they are not taken', async () => {
    const tab = await browsing.newTab(foreign)
    const url = vaultPageUrl(page, {
      does: 'sign-in',
      session: 'main',
      returnTo: `${app}/`,
      parameters: { scope: 'openid', prompt: 'none' },
    })
    await tab.evaluate((url) => void (location.href = url), url).catch(() => {})
    await expect.poll(() => opened.filter((each) => each.includes('/auth?')).length).toBe(1)
    const { searchParams } = new URL(opened[0]!)
    expect(searchParams.get('scope')).toBe('openid offline_access profile rows')
    expect(searchParams.get('prompt')).toBeNull()
    await tab.close()
  })
  id.onTheWayThere = () => {}
}
