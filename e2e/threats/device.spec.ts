/** What the next user of a device has, and whoever copies the browser's profile: rows of docs/threat-model.md. */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ask, openApp, openSignedIn } from '../app.ts'
import { oauthSession } from '../configurations.ts'
import { expect, oidcSession, openSignedInAt, test } from '../oauth.ts'
import { choose, openWithCookie, recordsWithTokens } from './settings.ts'

test('somebody copies the profile from the disk: it has the session, also with DPoP, but not with storage "memory"', async ({
  engine,
  site,
  api,
  id,
  tokens,
}) => {
  test.skip(engine.browseProfile === undefined, "MiniBrowser's automation profile is ephemeral")
  const memory = { resources: ['/api/memory/*'], capture: [], storage: 'memory' }
  site.configuration = {
    sessions: {
      DPoP: oidcSession(id, { dpop: true }),
      memory: oauthSession(api, tokens, memory),
      plain: oauthSession(api, tokens, { resources: ['/api/plain/*'], capture: [] }),
    },
  }
  const folder = await mkdtemp(join(tmpdir(), 'profile-'))
  const owner = await engine.browseProfile!(join(folder, 'owner'))
  const tab = await openSignedInAt(owner, id, site)
  for (const name of ['plain', 'memory']) {
    const set = ({ response, name }: { response: object; name: string }) => bearerWorker.setTokens(response, name)
    await tab.evaluate(set, { response: tokens.issuer.signIn(), name })
    expect((await ask(tab, `/api/${name}/rows`)).status, name).toBe(200)
  }
  await owner.close()
  await cp(join(folder, 'owner'), join(folder, 'thief'), {
    recursive: true,
    filter: (source) => !/Singleton|\block$|\.parentlock/.test(source),
  })

  const thief = await engine.browseProfile!(join(folder, 'thief'))
  const stolen = await openApp(thief, site)
  expect((await ask(stolen, `${id.url}/rows`)).status, 'DPoP').toBe(200)
  expect((await ask(stolen, '/api/plain/rows')).status, 'plain').toBe(200)
  expect((await ask(stolen, '/api/memory/rows')).status, 'memory').toBe(401)
  await thief.close()
  await rm(folder, { recursive: true, force: true })
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
