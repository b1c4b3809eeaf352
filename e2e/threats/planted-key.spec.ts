/** A script puts a key into the store whose private part it knows, and is gone: no later sign-in binds tokens to it. */
import { ask, openApp } from '../app.ts'
import { oneSession, type SessionInFile } from '../configurations.ts'
import type { Tab } from '../engines/engine.ts'
import { arrivedAt, expect, leaveForSignIn, oidcSession, openSignedInAt, press, test } from '../oauth.ts'
import type { AuthorizationServer } from '../../scripts/demo/authorization-server.ts'
import type { Site } from '../servers/site.ts'
import { type Change, lookAt, poison, tabOfNextRound } from './poison.ts'

const KEY = 'dpop /bearer-worker.json main'

/** Keys that a script can use elsewhere: it knows their private part, also of one that cannot be exported. */
const KNOWN_KEYS = {
  'that can be exported': (extractable: boolean) => extractable,
  'that it has imported as not exportable': () => false,
}

/** A sign-in whose key is read from the store, since the worker is stopped meanwhile, or is in no store at all. */
const UNDER_WAY: Readonly<Record<string, { readonly changes?: SessionInFile; readonly isIgnored?: boolean }>> = {
  'at a server that knows "dpop_jkt"': {},
  'at a server that ignores "dpop_jkt"': { isIgnored: true },
  'with storage "memory"': { changes: { storage: 'memory' } },
}

interface PlantingWindow {
  plantedPair: CryptoKeyPair
}

/** Puts a key pair that the page knows into the store, or into the sign-in under way. Resolves with its public key. */
async function plantKey(tab: Tab, key: string, extractable: boolean): Promise<JsonWebKey> {
  const known = await tab.evaluate(async (extractable) => {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
    const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
    const known = await crypto.subtle.exportKey('jwk', privateKey)
    const imported = await crypto.subtle.importKey('jwk', known, algorithm, extractable, ['sign'])
    Object.assign(window, { plantedPair: { privateKey: imported, publicKey } })
    return crypto.subtle.exportKey('jwk', publicKey)
  }, extractable)
  const intoSignIn = (signIn: object) => ({
    ...signIn,
    keyPair: (window as unknown as PlantingWindow).plantedPair,
  })
  const instead = () => (window as unknown as PlantingWindow).plantedPair
  await poison(tab, key, (key.startsWith('sign-in ') ? intoSignIn : instead) as Change)
  return known
}

/** The public key of the session. */
const publicKeyOf = (tab: Tab): Promise<JsonWebKey> =>
  lookAt(tab, KEY, ({ publicKey }: CryptoKeyPair) => crypto.subtle.exportKey('jwk', publicKey))

async function signInAnew(tab: Tab, id: AuthorizationServer, site: Site): Promise<void> {
  await leaveForSignIn(tab, id, { parameters: { prompt: 'login' } })
  await press(tab, 'Sign in as Ada')
  await arrivedAt(tab, site.origin)
}

test.describe('a DPoP key that a script knows', () => {
  test('one that is put there, of each kind, while the worker runs and before it starts: the next sign-in binds no token to it', async ({
    browsing,
    engineName,
    site,
    id,
  }) => {
    test.setTimeout(120_000)
    site.configuration = oneSession(oidcSession(id, { dpop: true }))
    await browsing.prime(site.url())
    let tab = await openSignedInAt(browsing, id, site)
    const stop = async () => {
      tab = await tabOfNextRound({ browsing, site, engineName }, tab)
      await browsing.stopWorkers()
    }
    for (const [what, isExtractable] of Object.entries(KNOWN_KEYS)) {
      for (const when of ['while the worker runs', 'before it starts'] as const) {
        const round = `one ${what}, ${when}`
        const planted = await plantKey(tab, KEY, isExtractable(true))
        if (when === 'before it starts') await stop()
        await signInAnew(tab, id, site)
        const view = await tab.evaluate(() => bearerWorker.session())
        expect(view, round).toMatchObject({ state: 'active', tokenType: 'DPoP' })
        // The server accepts the token with a proof of the key that is stored, which is not the planted one.
        await stop()
        expect((await ask(tab, `${id.url}/rows`)).status, round).toBe(200)
        expect((await publicKeyOf(tab)).x, round).not.toBe(planted.x)
      }
    }
  })

  for (const [setting, { changes, isIgnored }] of Object.entries(UNDER_WAY)) {
    test(`one that is put into a sign-in under way, ${setting}: the sign-in ends`, async ({
      browsing,
      engineName,
      site,
      id,
    }) => {
      test.setTimeout(120_000)
      site.configuration = oneSession(oidcSession(id, { dpop: true }, changes))
      if (isIgnored) id.onTheWayThere = (url) => url.searchParams.delete('dpop_jkt')
      await browsing.prime(site.url())
      let tab = await openApp(browsing, site)
      const comeBack = async (meanwhile: (other: Tab) => Promise<unknown>) => {
        const other = await openApp(browsing, site)
        await leaveForSignIn(tab, id, { parameters: { prompt: 'login' } })
        await meanwhile(other)
        await other.close()
        if (engineName === 'webkit') await browsing.prime(site.url())
        await browsing.stopWorkers()
        await press(tab, 'Sign in as Ada')
        await arrivedAt(tab, site.origin)
        const view = await tab.evaluate(() => bearerWorker.session())
        tab = await tabOfNextRound({ browsing, site, engineName }, tab)
        return view
      }
      for (const [what, isExtractable] of Object.entries(KNOWN_KEYS)) {
        const view = await comeBack((other) => plantKey(other, 'sign-in ', isExtractable(true)))
        expect(view, what).toMatchObject({ state: 'signed-out', reason: 'state-mismatch' })
        expect(id.counts.codes, what).toBe(0)
      }
      expect(await comeBack(async () => {})).toMatchObject({ state: 'active', tokenType: 'DPoP' })
    })
  }
})
