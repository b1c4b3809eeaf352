/** The servers of the tests do what they say, asked without a browser. */
import { expect, test } from './fixtures.ts'
import { FAULTS, type FaultName } from '../src/testing/servers/faults.ts'
import type { Fault } from '../src/testing/servers/faults/fault.ts'
import type { TokenResponse } from '../src/testing/servers/issuer.ts'
import { PASSWORD, type TokenServer } from '../src/testing/servers/token-server.ts'

test.skip(({ engineName }) => engineName !== 'chromium', 'no engine in it: once is enough')

async function signIn(tokens: TokenServer): Promise<Required<TokenResponse>> {
  const response = await fetch(tokens.url('/login'), {
    method: 'POST',
    body: JSON.stringify({ username: 'ada', password: PASSWORD }),
  })
  return (await response.json()) as Required<TokenResponse>
}

function refresh(tokens: TokenServer, refreshToken: string): Promise<Response> {
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken })
  return fetch(tokens.url('/token'), { method: 'POST', body, redirect: 'error', signal: AbortSignal.timeout(1500) })
}

test('the API takes a good token, and refuses an expired one and a foreign one', async ({ api, tokens }) => {
  const { access_token } = await signIn(tokens)
  const ask = (token: string) => fetch(api.url('/rows'), { headers: { authorization: `Bearer ${token}` } })
  expect((await ask(access_token)).status).toBe(200)
  expect((await ask('at-foreign')).status).toBe(401)
  tokens.issuer.expireAccessTokens()
  const refused = await ask(access_token)
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"')
})

test('a spent refresh token ends the family, but not within the grace window', async ({ tokens }) => {
  const strict = await signIn(tokens)
  const next = (await (await refresh(tokens, strict.refresh_token)).json()) as Required<TokenResponse>
  expect((await refresh(tokens, strict.refresh_token)).status).toBe(400)
  expect((await refresh(tokens, next.refresh_token)).status).toBe(400)

  tokens.issuer.graceSeconds = 60
  const lenient = await signIn(tokens)
  expect((await refresh(tokens, lenient.refresh_token)).status).toBe(200)
  expect((await refresh(tokens, lenient.refresh_token)).status).toBe(200)
})

test('held answers wait for the test', async ({ api, tokens }) => {
  const { access_token } = await signIn(tokens)
  const gate = api.hold('/slow')
  const answer = fetch(api.url('/slow'), { headers: { authorization: `Bearer ${access_token}` } })
  await gate.arrived()
  tokens.issuer.expireAccessTokens()
  gate.release()
  expect((await answer).status).toBe(401)
})

test('every fault of the table happens as often as asked, then all is well again', async ({ tokens }) => {
  tokens.issuer.graceSeconds = 60
  for (const name of Object.keys(FAULTS) as FaultName[]) {
    const fault: Fault = FAULTS[name]
    const { refresh_token } = await signIn(tokens)
    tokens.refreshes.length = 0
    tokens.fail(name, { times: 1 })
    const seen = await outcome(refresh(tokens, refresh_token))
    if (name !== 'wire-no-cors') expect.soft(seen, `${name}: ${fault.does}`).toMatch(outcomeOf(fault))
    expect.soft((await refresh(tokens, refresh_token)).status, `after ${name}`).toBe(200)
    expect.soft(tokens.refreshes, name).toHaveLength(2)
  }
  expect(tokens.redirected).toHaveLength(0)
})

function outcomeOf({ expected, ambiguous }: Fault): RegExp {
  if (expected === 'success') return /^200 good$/
  return ambiguous ? /^(broke off|\d+ huge)$/ : /^(\d+ without|200 good)$/
}

async function outcome(call: Promise<Response>): Promise<string> {
  try {
    const response = await call
    const text = await response.text()
    if (text.length > 1024 * 1024) return `${response.status} huge`
    return `${response.status} ${text.includes('"access_token":"') && response.ok ? 'good' : 'without'}`
  } catch {
    return 'broke off'
  }
}
