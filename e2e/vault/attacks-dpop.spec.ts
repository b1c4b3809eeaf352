/** The column "vault with DPoP" of docs/threat-model.md: each attack is really tried, and ends as the page says. */
import { ask } from '../app.ts'
import { converse, type Question, RECORD, rowsElsewhere, signedIn, token } from './attacks.ts'
import { ownSignInHolds } from './own-sign-in.ts'
import { FOREIGN, strangersGetNothing } from './strangers.ts'
import { expect, readStore, test } from './vault.ts'

// Of the site of its apps: a frame in them has the server's cookies.
test.use({ idHost: 'id.site.localhost' })

test('vault with DPoP', async ({ browsing, site, vaulted }) => {
  test.setTimeout(180_000) // many pages, one after the other
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

  await test.step("spells a URL of the server's own in another way, to get a proof for it: holds", async () => {
    const token = `${id.issuer}/token`
    const spelled: readonly [string, string][] = [
      ['http:', 'HTTP:'],
      ['://id', '://ID'],
      ['://', '://user@'],
      ['://', ':////'],
      ['://', ':\\\\'],
      ['/token', '/x/../token'],
      ['/token', '/./token'],
      ['/token', '/%2e/token'],
      ['/token', '//token'],
      ['/token', '\\token'],
      ['/token', '/to\tken'],
      ['/token', '/%74oken'],
      ['/token', '/token?a=b'],
      ['/token', '/token#a'],
    ]
    const proofs = spelled.map(([text, other]): Question => {
      const with_ = { session: 'main', accessToken, method: 'POST', url: token.replace(text, other) }
      return { name: 'proof', with: with_ }
    })
    const { replies } = await converse(tab, page, proofs)
    expect(replies.filter(({ ok }) => ok)).toEqual([])
  })

  await test.step('says that the server is ahead of time, to get proofs for later: holds', async () => {
    const proof: Question = { name: 'proof', with: { session: 'main', accessToken, method: 'GET', url: rows } }
    const { replies } = await converse(
      tab,
      page,
      [120_000, 3_600_000, 8.64e14].flatMap((aheadMs) => {
        const date = new Date(Math.min(Date.now() + aheadMs, 8.64e15)).toUTCString()
        return [{ name: 'learn', with: { session: 'main', url: rows, nonce: null, date } }, proof]
      }),
    )
    const proofs = replies.filter(({ value }) => value !== undefined)
    expect(proofs).toHaveLength(3)
    for (const { value } of proofs) {
      const { iat } = JSON.parse(atob(String(value).split('.')[1]!)) as { iat: number }
      expect(iat - Date.now() / 1000).toBeLessThan(20)
    }
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
