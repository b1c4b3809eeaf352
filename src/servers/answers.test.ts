/** What each server answers goes through the worker's own judgement, and what goes out is what the server documents. */
import { URLPattern } from 'urlpattern-polyfill'
import { describe, expect, test } from 'vitest'
import { callTokenEndpoint, readAnswer, requestOf } from '../io/token-endpoint.ts'
import { parseChallenges } from '../policy/challenge.ts'
import { classify } from '../policy/classify.ts'
import { readConfiguration, type SessionConfiguration } from '../policy/configuration.ts'
import { lifetimeOf } from '../policy/lifetime.ts'
import { codeAt } from '../policy/paths.ts'
import { forUrlPattern } from '../policy/patterns.ts'
import { refreshNeeds } from '../policy/refresh-needs.ts'
import { isTokenRefused } from '../policy/refusal.ts'
import { readTokenResponse } from '../policy/tokens.ts'
import type { TokenResponse } from '../policy/vocabulary.ts'
import { KNOWN_SERVERS } from './index.ts'
import { exampleInputs, type DocumentedAnswer, type DocumentedRequest, type KnownServer } from './known-server.ts'

const SITE = 'https://app.example.com'
const NOW = 1_795_000_000
/** Seconds, where the answer does not count in seconds; undefined where tokens never end unless the site says so. */
const LIFETIMES: Readonly<Record<string, number | undefined>> = {
  'laravel-sanctum': undefined,
  'firebase-auth': 3600,
  directus: 900,
  matrix: 300,
  payload: 7200,
}

describe.each(KNOWN_SERVERS.map((server) => [server.name, server] as const))('%s', (name, server) => {
  const config = configurationOf(server)
  const {
    signIn,
    refresh,
    refusal,
    noRefusal = [],
    ended,
    forNow = [],
    signOut,
  } = server.answers(exampleInputs(server), NOW)
  const first = firstTokens(server, config)
  const secrets = { accessToken: first?.accessToken, refreshToken: first?.refreshToken }
  const outcomeOf = async (answer: DocumentedAnswer, refreshedBefore = false) =>
    classify(await readAnswer(asResponse(answer)), {
      config,
      refreshedBefore,
      dpop: false,
      now: NOW * 1000,
      ...(first && { refreshedAccessToken: first.accessToken }),
    })

  test('the sign-in brings tokens', () => {
    if (signIn.by === 'capture')
      expect(
        matches(
          config.capture.map(({ url }) => url),
          signIn.exchange.request.url,
        ),
        'it is captured',
      ).toBe(true)
    expect(first?.accessToken).toBeTruthy()
    if (refreshNeeds(config) === 'refresh-token') expect(first?.refreshToken !== undefined).toBe(refresh !== undefined)
    const lifetime = lifetimeOf(first!, config.lifetimeSeconds)
    if (name in LIFETIMES) expect(lifetime).toBe(LIFETIMES[name])
    else expect(lifetime).toBeGreaterThan(0)
  })

  test('a request to the API carries the token, and its refusal is one', () => {
    const { request, answer } = refusal
    expect(
      matches(
        config.resources.map(({ url }) => url),
        request.url,
      ),
      'it is a resource',
    ).toBe(true)
    expect(matches(config.except, request.url), 'it is excepted').toBe(false)
    expect(request.headers?.[config.header.toLowerCase()]).toBe(credential(config, first!))
    expect(isRefused(config, answer)).toBe(true)
  })

  test('other answers with such a status are no refusal', () => {
    for (const answer of noRefusal) expect(isRefused(config, answer), JSON.stringify(answer.body)).toBe(false)
  })

  test('the refresh that goes out is the documented one', async () => {
    if (!refresh || !config.refresh?.url) return
    let sent: Request | undefined
    await callTokenEndpoint(config.refresh, secrets, {
      base: SITE,
      gaveUp: new AbortController().signal,
      fetch: async (url, init) => {
        sent = new Request(url, init)
        return asResponse(refresh.answer)
      },
    })
    await expectSame(sent!, refresh.request)
    if (refresh.request.headers?.['cookie']) expect(config.refresh.credentials).not.toBe('omit')
  })

  test('a refresh brings another access token', async () => {
    if (!refresh) return
    expect(await outcomeOf(refresh.answer)).toMatchObject({ kind: 'success' })
  })

  test('its end ends the session, before and after a refresh', async () => {
    if (!ended) return
    expect(await outcomeOf(ended)).toMatchObject({ kind: 'ended' })
    expect(await outcomeOf(ended, true)).toMatchObject({ kind: 'ended' })
  })

  test('a quota, a limit or a pause does not', async () => {
    for (const answer of forNow) expect(await outcomeOf(answer, true)).toMatchObject({ kind: 'for-now' })
  })

  test('the sign-out that goes out is the documented one', async () => {
    if (!signOut || !config.signOut) return
    const request = new Request(new URL(config.signOut.url, SITE), requestOf(config.signOut, secrets))
    await expectSame(request, signOut.request)
  })
})

function configurationOf(server: KnownServer): SessionConfiguration {
  const result = readConfiguration(server.configuration(exampleInputs(server)))
  if (result.kind === 'bad') throw new Error(JSON.stringify(result.issues))
  return result.configuration.sessions[0]!
}

function firstTokens(server: KnownServer, config: SessionConfiguration): TokenResponse | undefined {
  const { signIn } = server.answers(exampleInputs(server), NOW)
  const read = ({ headers = {}, body }: DocumentedAnswer, fields = config.tokenFields) =>
    readTokenResponse(body, fields, { headers: Object.entries(headers), sentAt: NOW * 1000 })
  if (signIn.by === 'page') return readTokenResponse(signIn.provided[0], config.refresh!.tokenFields)
  if (signIn.by === 'cookie') return read(signIn.first, config.refresh!.tokenFields)
  return read(signIn.exchange.answer, config.capture[0]?.tokenFields)
}

function credential({ scheme }: SessionConfiguration, { accessToken, tokenType = 'Bearer' }: TokenResponse): string {
  const before = scheme ?? tokenType.replace(/^bearer$/i, 'Bearer')
  return before === '' ? accessToken : `${before} ${accessToken}`
}

function isRefused(config: SessionConfiguration, { status, headers, body }: DocumentedAnswer): boolean {
  const code = codeAt(body, config.errorField, config.invalidToken.errorCodes)
  return isTokenRefused({ status, challenges: parseChallenges(headers?.['www-authenticate']), code }, config)
}

const matches = (patterns: readonly string[], url: string): boolean =>
  patterns.some((pattern) => new URLPattern(forUrlPattern(pattern), SITE).test(new URL(url, SITE).href))

const asResponse = ({ status, headers = {}, body }: DocumentedAnswer): Response =>
  new Response(body === undefined ? null : JSON.stringify(body), {
    status,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
  })

async function expectSame(sent: Request, documented: DocumentedRequest): Promise<void> {
  const { method, url, headers = {}, form, json } = documented
  expect([sent.method, sent.url]).toEqual([method, new URL(url, SITE).href])
  for (const [name, value] of Object.entries(headers))
    if (name !== 'cookie') expect(sent.headers.get(name), name).toBe(value)
  const text = await sent.text()
  if (json !== undefined) expect(JSON.parse(text)).toEqual(json)
  else if (form) expect(Object.fromEntries(new URLSearchParams(text))).toEqual(form)
  else expect(text).toBe('')
}
