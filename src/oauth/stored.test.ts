/** Sign-ins and metadata: what a script has stored, and what a server sends. Nothing of it throws, and no weak URL comes through. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { endpointsOf } from './authorization-server.ts'
import { asSignIn } from './pending-sign-in.ts'
import { discover, ENDPOINTS } from './metadata.ts'

const PARAMETERS = { seed: 20_261_125, numRuns: 500 }
const poison = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, 0, NaN, Infinity, '', [], {}, 10n, new Date(NaN), new Map()),
  fc.anything({ withMap: true, withSet: true, withBigInt: true, withDate: true }),
)

describe('a stored sign-in', () => {
  const good = {
    session: 'main',
    issuer: 'https://id.example',
    verifier: 'v',
    nonce: 'n',
    redirectUri: 'https://app.example/signed-in',
    returnTo: 'https://app.example/',
    at: 0,
  }

  test('is taken as it is', () => {
    expect(asSignIn(good)).toBe(good)
  })

  test('is one or none', () => {
    const spoilt = Object.keys(good).map((key) => poison.map((each) => ({ ...good, [key]: each })))
    fc.assert(
      fc.property(fc.oneof(poison, ...spoilt), (stored) => {
        const signIn = asSignIn(stored)
        if (!signIn) return
        const { session, issuer, verifier, nonce = '', redirectUri, returnTo } = signIn
        for (const text of [session, issuer, verifier, nonce, redirectUri, returnTo]) expect(text).toBeTypeOf('string')
        expect(signIn.at).toSatisfy(Number.isFinite)
      }),
      PARAMETERS,
    )
  })
})

test('stored endpoints are texts', () => {
  const spoilt = poison.map((each) => ({ token_endpoint: each, revocation_endpoint: 'https://id.example/revoke' }))
  fc.assert(
    fc.property(fc.oneof(poison, spoilt), (metadata) => {
      for (const url of endpointsOf(metadata)) expect(url).toBeTypeOf('string')
    }),
    PARAMETERS,
  )
})

const answering =
  (metadata: unknown): typeof fetch =>
  async () =>
    new Response(JSON.stringify(metadata), { headers: { 'content-type': 'application/json' } })

const WEAK = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'data:text/html,x',
  'blob:https://id.example/x',
  'http://127.0.0.1/token',
  'http://localhost:8080/token',
  'http://[::1]/token',
  'http://id.example/token',
  '/token',
  '//evil.example/token',
  'https:token',
  'https://user:secret@id.example/token',
  ' https://id.example/token',
  '',
]

describe('metadata of an https issuer', () => {
  const issuer = 'https://id.example'
  const good = Object.fromEntries(ENDPOINTS.map((name) => [name, `${issuer}/${name}`]))

  test('are taken as they are', async () => {
    expect(await discover({ issuer, scope: 'openid' }, answering({ issuer, ...good }))).toMatchObject(good)
  })

  for (const name of ENDPOINTS) {
    test.each(WEAK)(`are refused with the ${name} %j`, async (url) => {
      const read = discover({ issuer, scope: 'rows' }, answering({ issuer, ...good, [name]: url }))
      await expect(read).rejects.toThrow()
    })
  }

  test('name nothing but https, whatever a server sends', async () => {
    const url = fc.oneof(fc.webUrl(), fc.constantFrom(...WEAK), poison)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...ENDPOINTS), url, async (name, each) => {
        const metadata = await discover(
          { issuer, scope: 'rows' },
          async () => new Response(safeText({ issuer, ...good, [name]: each }), JSON_TYPE),
        ).catch(() => undefined)
        for (const endpoint of endpointsOf(metadata)) expect(endpoint).toMatch(/^https:\/\//)
      }),
      { ...PARAMETERS, numRuns: 60 },
    )
  }, 30_000)

  test('of another issuer are refused', async () => {
    const read = discover({ issuer, scope: 'rows' }, answering({ ...good, issuer: 'https://evil.example' }))
    await expect(read).rejects.toThrow()
  })
})

test('a loopback issuer may name loopback endpoints, so that it can be tried', async () => {
  const issuer = 'http://localhost:4000'
  const metadata = { issuer, token_endpoint: 'http://127.0.0.1:4000/token' }
  expect(await discover({ issuer, scope: 'rows' }, answering(metadata))).toMatchObject(metadata)
})

const JSON_TYPE = { headers: { 'content-type': 'application/json' } }

function safeText(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each)) ?? 'null'
}
