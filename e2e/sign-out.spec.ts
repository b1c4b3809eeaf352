import { ask, failureOf, openApp, openSignedIn } from './app.ts'
import { oauthSession, oneSession } from './configurations.ts'
import { expect, test } from './fixtures.ts'

test('a sign-out in one tab ends the session in the other', async ({ browsing, site, api, tokens }) => {
  const one = await openSignedIn(browsing, site)
  const other = await openApp(browsing, site)
  await other.evaluate(() => {
    const told = new Promise((resolve) => {
      bearerWorker.addEventListener('sessionchange', ({ detail }) => detail.state === 'signed-out' && resolve(detail))
    })
    Object.assign(window, { told })
  })
  expect((await ask(other, '/api/rows')).status).toBe(200)

  await one.evaluate(() => bearerWorker.signOut())

  expect(await other.evaluate(() => (window as unknown as { told: Promise<unknown> }).told)).toMatchObject({
    name: 'main',
    state: 'signed-out',
    refreshing: false,
  })
  expect((await ask(other, '/api/rows')).status).toBe(401)
  expect(api.requests.at(-1)?.authorization).toBeUndefined()
  expect(await failureOf(other, () => bearerWorker.refresh())).toMatchObject({ code: 'signed-out' })
  expect(tokens.refreshes).toHaveLength(0)
})

test('it revokes the tokens after it has forgotten them', async ({ browsing, site, api, tokens }) => {
  site.configuration = oneSession(oauthSession(api, tokens, { revoke: tokens.url('/revoke') }))
  const tab = await openSignedIn(browsing, site)
  const { refresh_token } = tokens.issuer.latest
  await tab.evaluate(() => bearerWorker.signOut())
  const revoked = tokens.revocations.map(({ body }) => Object.fromEntries(new URLSearchParams(body)))
  expect(revoked).toContainEqual(expect.objectContaining({ token: refresh_token, token_type_hint: 'refresh_token' }))
})

test('it signs out also when the server for it is away', async ({ browsing, site, api, tokens }) => {
  site.configuration = oneSession(oauthSession(api, tokens, { revoke: tokens.url('/revoke') }))
  const tab = await openSignedIn(browsing, site)
  await tokens.stop()
  await tab.evaluate(() => bearerWorker.signOut().catch(() => {}))
  expect(await tab.evaluate(async () => (await bearerWorker.session()).state)).toBe('signed-out')
  expect((await ask(tab, '/api/rows')).status).toBe(401)
  expect(api.requests.at(-1)?.authorization).toBeUndefined()
})

test('a refresh that is under way brings nothing back', async ({ browsing, site, tokens }) => {
  const tab = await openSignedIn(browsing, site)
  const gate = tokens.hold()
  tokens.issuer.expireAccessTokens()
  const answer = ask(tab, '/api/rows')
  await gate.arrived()
  await tab.evaluate(() => bearerWorker.signOut())
  gate.release()
  expect((await answer).status).toBe(401)
  expect(await tab.evaluate(async () => (await bearerWorker.session()).state)).toBe('signed-out')
  expect((await ask(tab, '/api/rows')).status).toBe(401)
})

test('nothing of the session is left in any storage', async ({ browsing, site, tokens }) => {
  const tab = await openSignedIn(browsing, site)
  await tab.evaluate(() => bearerWorker.signOut())
  const stored = await tab.evaluate(async () => {
    const everything: unknown[] = [{ ...localStorage }, { ...sessionStorage }, document.cookie]
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name)
        opening.onsuccess = () => resolve(opening.result)
        opening.onerror = () => reject(opening.error)
      })
      for (const store of database.objectStoreNames) {
        const reading = database.transaction(store).objectStore(store).getAll()
        everything.push(await new Promise((resolve) => (reading.onsuccess = () => resolve(reading.result))))
      }
      database.close()
    }
    return JSON.stringify(everything)
  })
  expect(stored).toContain('signed-out')
  for (const token of tokens.issuer.everyToken) expect(stored).not.toContain(token)
})
