import { ask } from '../app.ts'
import { expect, openAt, readStore, signInByVault, test } from './vault.ts'

test.use({ vaultNonces: true })

test('with DPoP the key stays in the vault: each request of each app has a proof of its own, also in the page\u2019s own lane', async ({
  browsing,
  vaulted,
}) => {
  const { id, app, admin, vault } = vaulted
  vaulted.configureVault({ dpop: true })
  vaulted.configureApps({ direct: true })
  const tab = await openAt(browsing, `${app}/`)
  await signInByVault(tab, vaulted)
  const other = await openAt(browsing, `${admin}/`)
  const rows = `${id.url}/rows`
  for (const each of [tab, other]) {
    const statuses = await each.evaluate(
      (url) => Promise.all(Array.from({ length: 5 }, async () => (await fetch(url)).status)),
      rows,
    )
    expect(statuses).toEqual([200, 200, 200, 200, 200])
    expect(await each.evaluate(() => bearerWorker.session())).toMatchObject({ state: 'active', tokenType: 'DPoP' })
  }
  expect(new Set(id.guard.proofs).size).toBe(id.guard.proofs.length)
  expect(id.counts).toMatchObject({ codes: 1, refreshes: 0, rows: 10 })

  id.revokeAccessTokens()
  expect((await ask(other, rows, { method: 'POST', body: 'a body' })).status).toBe(200)
  expect((await ask(tab, rows)).status).toBe(200)
  expect(id.counts.refreshes).toBe(1)

  const { accessToken } = (await readStore(tab))['/bearer-worker.json main'] as { accessToken: string }
  expect(Object.keys(await readStore(tab)).filter((key) => key.startsWith('dpop'))).toEqual([])
  const elsewhere = await fetch(rows, { headers: { authorization: `DPoP ${accessToken}` } })
  expect(elsewhere.status).toBe(401)

  // The key cannot be exported, not even in the vault.
  const atVault = await browsing.newTab(`${vault}/plain.html`)
  expect(Object.keys(await readStore(atVault))).toContain('dpop /bearer-worker.vault.json main')
})
