import { createHash } from 'node:crypto'
import { ask, openSignedIn } from './app.ts'
import { shows } from './capabilities.ts'
import { expect, test } from './fixtures.ts'

test(
  'a POST is accepted once, and whole, after a replay',
  shows('A refused request is sent again, its body too'),
  async ({ browsing, site, api, tokens }) => {
    const tab = await openSignedIn(browsing, site)
    const body = JSON.stringify({ rows: Array.from({ length: 20_000 }, (_, row) => `Zeile ${row} ☂`) })
    tokens.issuer.expireAccessTokens()
    const headers = { 'content-type': 'application/json', 'idempotency-key': '42' }
    const answer = await ask(tab, api.url('/rows'), { method: 'POST', headers, body })

    const hash = createHash('sha256').update(body).digest('hex')
    expect(JSON.parse(answer.text)).toMatchObject({ bodyLength: Buffer.byteLength(body), bodyHash: hash })
    const bearer = `Bearer ${tokens.issuer.latest.access_token}`
    const arrivals = api.to('/rows')
    expect(arrivals.filter(({ authorization }) => authorization === bearer)).toHaveLength(1)
    expect(new Set(arrivals.map(({ bodyHash }) => bodyHash))).toEqual(new Set([hash]))
    expect(arrivals.map(({ headers: seen }) => seen['idempotency-key'])).toEqual(arrivals.map(() => '42'))
  },
)

test(
  'forms and files are replayed with the same boundary',
  shows('A refused request is sent again, its body too'),
  async ({ browsing, site, api, tokens }) => {
    const tab = await openSignedIn(browsing, site)
    tokens.issuer.expireAccessTokens()
    const status = await tab.evaluate(async () => {
      const form = new FormData()
      form.set('name', 'Ada')
      form.set('file', new File([new Uint8Array(300_000).fill(7)], 'seven.bin'))
      return (await fetch('/api/files', { method: 'POST', body: form })).status
    })
    expect(status).toBe(200)
    const arrivals = api.to('/api/files')
    expect(arrivals.length).toBeGreaterThan(1)
    for (const { headers, body, bodyLength } of arrivals) {
      const boundary = /boundary=(.+)$/.exec(headers['content-type'] ?? '')?.[1]
      expect(body.startsWith(`--${boundary}`)).toBe(true)
      expect(bodyLength).toBe(Number(headers['content-length']))
    }
  },
)

test('a late refusal of an older token is replayed without another refresh', async ({
  browsing,
  site,
  api,
  tokens,
}) => {
  const tab = await openSignedIn(browsing, site)
  const gate = api.hold('/api/slow')
  const slow = ask(tab, '/api/slow')
  await gate.arrived()
  tokens.issuer.expireAccessTokens()
  expect((await ask(tab, '/api/rows')).status).toBe(200)
  expect(tokens.refreshes).toHaveLength(1)
  gate.release()
  expect((await slow).status).toBe(200)
  expect(tokens.refreshes).toHaveLength(1)
  expect(api.to('/api/slow')).toHaveLength(2)
})

test('a server that revokes the old token as it refreshes costs no second refresh', async ({
  browsing,
  site,
  api,
  tokens,
}) => {
  tokens.issuer.revokesOldAccessTokens = true
  const tab = await openSignedIn(browsing, site)
  const gate = api.hold('/api/slow')
  const slow = ask(tab, '/api/slow')
  await gate.arrived()
  await tab.evaluate(() => bearerWorker.refresh())
  gate.release()
  expect((await slow).status).toBe(200)
  expect(tokens.refreshes).toHaveLength(1)
})

test('refused again after the replay: the page gets that answer, and nothing loops', async ({
  browsing,
  site,
  api,
  tokens,
}) => {
  const tab = await openSignedIn(browsing, site)
  api.refusesEveryToken = true
  const answer = await ask(tab, '/api/rows')
  expect(answer).toMatchObject({ status: 401, text: '{"error":"invalid_token"}' })
  expect(answer.headers['www-authenticate']).toContain('error="invalid_token"')
  expect(tokens.refreshes).toHaveLength(1)
  expect(api.requests.at(-1)?.authorization).toBe(`Bearer ${tokens.issuer.latest.access_token}`)
  expect(api.requests.length).toBeLessThanOrEqual(3)
})

test('what is refused however new the token is stops being refreshed', async ({ browsing, site, api, tokens }) => {
  const tab = await openSignedIn(browsing, site)
  api.refusesEveryToken = true
  for (let round = 0; round < 8; round++) expect((await ask(tab, '/api/rows')).status).toBe(401)
  expect(tokens.refreshes).toHaveLength(5)
  expect(await tab.evaluate(async () => (await bearerWorker.session()).reason)).toBe('refresh-ineffective')
})

test('a server error is never a reason to send again', async ({ browsing, site, api, tokens }) => {
  api.answer('/api/orders', { status: 503, body: { error: 'busy' } })
  const tab = await openSignedIn(browsing, site)
  expect((await ask(tab, '/api/orders', { method: 'POST', body: '{}' })).status).toBe(503)
  await api.stop()
  await expect(ask(tab, api.url('/orders'), { method: 'POST', body: '{}' })).rejects.toThrow()
  await api.start()
  expect(api.to('/api/orders')).toHaveLength(1)
  expect(tokens.refreshes).toHaveLength(0)
})
