import { ask } from '../app.ts'
import { ADMIN, APP, expect, openAt, readStore, signInByVault, test } from './vault.ts'

const view = () => bearerWorker.session()

test('one sign-in and one refresh for two apps of a site; no refresh token in either; one sign-out', async ({
  browsing,
  engine,
  site,
  vaulted,
}) => {
  test.skip(engine.name === 'webkit', 'WebKit keeps the store of a frame apart by the origin around it.')
  const { id, app, admin } = vaulted
  const tab = await openAt(browsing, `${app}/?tab=1#here`)
  expect(await tab.evaluate(view)).toMatchObject({ state: 'signed-out' })

  expect(await signInByVault(tab, vaulted)).toBe(site.url('/?tab=1#here', APP))
  expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
  expect(await tab.evaluate(view)).toMatchObject({ state: 'active', claims: { sub: 'ada', name: 'Ada Keeper' } })

  const other = await openAt(browsing, `${admin}/`)
  expect((await ask(other, `${id.url}/rows`)).status).toBe(200)
  expect(await other.evaluate(view)).toMatchObject({ state: 'active', claims: { sub: 'ada' } })
  expect(id.counts).toMatchObject({ codes: 1, refreshes: 0, rows: 2 })

  for (let round = 1; round <= 3; round++) {
    id.revokeAccessTokens()
    const answers = await Promise.all(
      [tab, other].flatMap((each) => Array.from({ length: 5 }, () => ask(each, `${id.url}/rows`))),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
    expect(id.counts).toMatchObject({ codes: 1, refreshes: round, refreshesRefused: 0 })
  }
  for (const each of [tab, other]) {
    const { ['/bearer-worker.json main']: record } = await readStore(each)
    expect(record).toMatchObject({ state: 'active', accessToken: expect.any(String) })
    expect(record).not.toHaveProperty('idToken', expect.anything())
    expect(record).not.toHaveProperty('refreshToken', expect.anything())
  }

  await tab.evaluate(() => bearerWorker.signOut())
  await expect.poll(() => other.evaluate(view)).toMatchObject({ state: 'signed-out' })
  expect((await ask(other, `${id.url}/rows`)).status).toBe(401)
  expect((await ask(tab, `${id.url}/rows`)).status).toBe(401)
  expect(id.counts).toMatchObject({ refreshes: 3, revocations: 1 })
  expect(site.url('/', ADMIN)).toBe(`${admin}/`)
})
