/**
 * An authorization server as its metadata describe it. The protocol is oauth4webapi's; here are its limits: time, bytes,
 * redirects, cookies.
 */
import {
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  clockTolerance,
  customFetch,
  discoveryRequest,
  JSON_ATTRIBUTE_COMPARISON,
  None,
  processAuthorizationCodeResponse,
  processDiscoveryResponse,
  processPushedAuthorizationResponse,
  pushedAuthorizationRequest,
  refreshTokenGrantRequest,
  validateAuthResponse,
  type AuthorizationServer,
  type Client,
} from 'oauth4webapi'
import type { Api } from '../policy/api-tokens.ts'
import { containing } from '../policy/capture.ts'
import type { AuthorizationServerConfiguration } from '../policy/configuration.ts'
import type { RefreshAnswer } from '../policy/classify.ts'
import { codeAt } from '../policy/paths.ts'
import { checkUrl } from '../policy/patterns.ts'
import { MAX_TOKEN_RESPONSE_BYTES } from '../policy/schedule.ts'
import type { OwnReason } from '../protocol.ts'
import type { Reason, ServerCode } from '../policy/vocabulary.ts'
import { readJson } from '../io/body.ts'
import { MORE_PROOFS, type ProofKey } from './proof-key.ts'
import { readAnswer } from '../io/token-endpoint.ts'

/** Where a session's tokens come from, are revoked, and users are sent to. */
export const ENDPOINTS = [
  'authorization_endpoint',
  'token_endpoint',
  'revocation_endpoint',
  'end_session_endpoint',
  'pushed_authorization_request_endpoint',
] as const
const FIELDS = [
  'issuer',
  ...ENDPOINTS,
  'require_pushed_authorization_requests',
  'authorization_response_iss_parameter_supported',
  'id_token_signing_alg_values_supported',
] as const

/** As much of a server's metadata as is used. @see https://www.rfc-editor.org/rfc/rfc8414#section-2 */
export type Metadata = Pick<AuthorizationServer, (typeof FIELDS)[number]>

const DISCOVERY_LIMIT_MS = 5_000
/** An ID token from the token endpoint is always new, but this device's clock may be hours off. */
const CLOCK_TOLERANCE_SECONDS = 86_400

/** One call of the server: all that is sent, and how long it may take. */
export interface ServerCall {
  readonly fetch: typeof globalThis.fetch
  readonly signal: AbortSignal
  readonly proofKey?: ProofKey | undefined
  /** Metadata may come from the browser's cache, where no script can write. */
  readonly cache?: RequestCache
}

/**
 * The metadata: from the configuration, by OpenID discovery, or by RFC 8414. Rejects for another issuer's.
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-3.3
 */
export async function discover(
  { issuer, scope, metadata: written }: Pick<AuthorizationServerConfiguration, 'issuer' | 'scope' | 'metadata'>,
  fetch: typeof globalThis.fetch,
): Promise<Metadata> {
  const url = new URL(issuer)
  const read = async (algorithm: 'oidc' | 'oauth2') => {
    const call = { fetch, signal: AbortSignal.timeout(DISCOVERY_LIMIT_MS) }
    return processDiscoveryResponse(
      url,
      await bounded(await discoveryRequest(url, { algorithm, ...options(issuer, { ...call, cache: 'default' }) })),
    )
  }
  const isOpenId = scope?.split(' ').includes('openid')
  const discovered = async () =>
    read(isOpenId ? 'oidc' : 'oauth2').catch((error: unknown) => {
      if (codeOf(error) === JSON_ATTRIBUTE_COMPARISON) throw error
      return read(isOpenId ? 'oauth2' : 'oidc')
    })
  // Metadata that the configuration has written out are not asked for.
  return usable(written ? ({ ...written, issuer } as Metadata) : await discovered(), issuer)
}

/** The metadata that are used, checked: they say where tokens, codes and users go. */
function usable(metadata: Metadata, issuer: string): Metadata {
  const used = Object.fromEntries(FIELDS.map((name) => [name, metadata[name]]))
  for (const name of ENDPOINTS) {
    const endpoint = metadata[name]
    if (endpoint === undefined) continue
    // What is navigated to, or gets a token, is no `javascript:`, and no plain http but of a loopback issuer.
    if (checkUrl(endpoint) || endpoint.startsWith('/') || isWeaker(endpoint, issuer))
      throw new TypeError(`${name} of the metadata is no usable URL`)
    // Serialized, as requests have theirs: they are compared.
    used[name] = new URL(endpoint).href
  }
  return used as unknown as Metadata
}

/** Whether an https issuer names an endpoint of plain http, on this very device for instance. */
const isWeaker = (endpoint: string, issuer: string): boolean => /^https:/i.test(issuer) && !/^https:/i.test(endpoint)

/** Whether the metadata could be read, and were another issuer's. */
export const isForeign = (error: unknown): boolean => codeOf(error) === JSON_ATTRIBUTE_COMPARISON

/** Pushes an authorization request. Resolves with its `request_uri`. @see https://www.rfc-editor.org/rfc/rfc9126#section-2 */
export async function pushRequest(
  metadata: Metadata,
  { clientId }: AuthorizationServerConfiguration,
  parameters: URLSearchParams,
  call: ServerCall,
): Promise<string> {
  const client = clientOf(clientId)
  const send = () => pushedAuthorizationRequest(metadata, client, None(), parameters, options(metadata.issuer, call))
  const pushed = await processPushedAuthorizationResponse(metadata, client, await send())
  return pushed.request_uri
}

interface RefreshGrant {
  readonly metadata: Metadata
  readonly config: AuthorizationServerConfiguration
  readonly refreshToken: string
  /** Whose access token is wanted; undefined for the session's own. */
  readonly api: Api | undefined
  readonly call: ServerCall
}

/**
 * Sends the refresh token; the answer is the policy's to judge. For the access token of an API, its resource takes the place
 * of the session's.
 * @see https://www.rfc-editor.org/rfc/rfc8707#section-2.2
 */
export function refreshByMetadata({ metadata, config, refreshToken, api, call }: RefreshGrant): Promise<RefreshAnswer> {
  const resource = api?.resource === undefined ? config.resource : [api.resource]
  const scope = api?.scope === undefined ? [] : [api.scope]
  return proven(call, (seen) =>
    refreshTokenGrantRequest(metadata, clientOf(config.clientId), None(), refreshToken, {
      additionalParameters: [
        ...resource.map((each): [string, string] => ['resource', each]),
        ...scope.map((each): [string, string] => ['scope', each]),
      ],
      ...options(metadata.issuer, call, seen),
    }),
  )
}

/** What the user's way back has to be checked against. */
export interface CodeExpectation {
  readonly state: string
  readonly nonce?: string | undefined
  readonly verifier: string
  readonly redirectUri: string
}

/** Why a sign-in came to nothing: a server's own code, or ours. Never a token. */
export class SignInFailure extends Error {
  readonly reason: Reason
  constructor(reason: Reason) {
    super(reason)
    this.reason = reason
  }
}

interface CodeExchange {
  readonly metadata: Metadata
  readonly config: AuthorizationServerConfiguration
  /** Of the URL that the user came back to. */
  readonly parameters: URLSearchParams
  readonly expected: CodeExpectation
  readonly call: ServerCall
}

/**
 * Checks the authorization response, exchanges its code, and validates the id token. Resolves with the token response.
 * Rejects with a `SignInFailure`.
 * @see https://www.rfc-editor.org/rfc/rfc9207#section-2.4
 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
 */
export async function exchangeCode({ metadata, config, parameters, expected, call }: CodeExchange): Promise<unknown> {
  const client = clientOf(config.clientId)
  const response = checkedResponse(metadata, client, parameters, expected.state)
  const { redirectUri, verifier, nonce } = expected
  const answer = await proven(call, (seen) =>
    authorizationCodeGrantRequest(metadata, client, None(), response, redirectUri, verifier, {
      additionalParameters: config.resource.map((each) => ['resource', each]),
      ...options(metadata.issuer, call, seen),
    }),
  ).catch((error: unknown) => {
    throw new SignInFailure(exchangeFailure(error, call))
  })
  const { status, body } = answer
  const value = body.kind === 'json' ? body.value : undefined
  if (status !== 200)
    throw new SignInFailure(shown(codeAt(value, 'error'), [verifier, ...parameters.getAll('code')]) ?? `http-${status}`)
  // The library returns the token type in lower case: ours stays as the server wrote it.
  const copy = new Response(JSON.stringify(value ?? null))
  const expectedNonce = nonce === undefined ? {} : { expectedNonce: nonce }
  await processAuthorizationCodeResponse(metadata, client, copy, expectedNonce).catch((error: unknown) => {
    throw new SignInFailure(responseFailure(error, nonce))
  })
  return value
}

/** A code of the server that repeats nothing of what was sent. */
const shown = (code: ServerCode | undefined, secrets: readonly string[]): ServerCode | undefined =>
  containing(secrets)(code) ? undefined : code

function exchangeFailure(error: unknown, { signal }: ServerCall): OwnReason {
  if (signal.aborted) return 'timeout'
  return codeOf(error) === undefined ? 'network' : 'invalid-response'
}

/** Why a token response was refused. The library's `cause` has the claims of an id token, or the whole body. */
function responseFailure(error: unknown, nonce: string | undefined): OwnReason {
  const { claims, body } = Object((error as Error).cause) as {
    claims?: { nonce?: unknown }
    body?: { id_token?: unknown }
  }
  if (claims) return claims.nonce === nonce ? 'invalid-id-token' : 'nonce-mismatch'
  if (!body) return 'invalid-id-token'
  return nonce !== undefined && typeof body.id_token !== 'string' ? 'invalid-id-token' : 'invalid-response'
}

function checkedResponse(
  metadata: Metadata,
  client: Client,
  parameters: URLSearchParams,
  state: string,
): URLSearchParams {
  try {
    return validateAuthResponse(metadata, client, parameters, state)
  } catch (error) {
    const { error: code } = error as { error?: ServerCode }
    if (code === undefined)
      throw new SignInFailure(isOfIssuer(metadata, parameters) ? 'invalid-response' : 'issuer-mismatch')
    throw new SignInFailure(/^[!-~]{1,100}$/.test(code) ? code : 'sign-in-failed')
  }
}

/** Whether an authorization response is of the server that was asked, as far as it says so. @see https://www.rfc-editor.org/rfc/rfc9207#section-2.4 */
function isOfIssuer(metadata: Metadata, parameters: URLSearchParams): boolean {
  const named = parameters.getAll('iss')
  if (named.length === 0) return metadata.authorization_response_iss_parameter_supported !== true
  return named.every((iss) => iss === metadata.issuer)
}

/**
 * One call, and another where the server wants a nonce of its own in the proof, or another time.
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-8
 */
async function proven(
  { proofKey }: ServerCall,
  send: (seen: (response: Response) => void) => Promise<Response>,
): Promise<RefreshAnswer> {
  let cured: readonly string[] = []
  for (let more = MORE_PROOFS; ; more--) {
    const answer = await readAnswer(await send((response) => (cured = learnFrom(response, proofKey))))
    const code = answer.body.kind === 'json' ? codeAt(answer.body.value, 'error') : undefined
    if (code === undefined || more === 0 || !cured.includes(code)) return answer
  }
}

function learnFrom(response: Response, proofKey: ProofKey | undefined): readonly string[] {
  const { url, headers } = response
  return proofKey?.learn({ url, nonce: headers.get('dpop-nonce'), date: headers.get('date') }) ?? []
}

const clientOf = (clientId: string): Client => ({ client_id: clientId, [clockTolerance]: CLOCK_TOLERANCE_SECONDS })

function options(
  issuer: string,
  { fetch, signal, proofKey, cache = 'no-store' }: ServerCall,
  seen?: (response: Response) => void,
) {
  return {
    ...(proofKey && { DPoP: proofKey.handle }),
    // Only where the configuration itself names a loopback issuer.
    [allowInsecureRequests]: issuer.startsWith('http:'),
    [customFetch]: async (
      url: string,
      { method, headers, body }: { method: string; headers: Record<string, string>; body?: BodyInit | undefined },
    ) => {
      const response = await fetch(url, {
        method,
        headers,
        ...(body !== undefined && { body }),
        signal,
        redirect: 'error',
        credentials: 'omit',
        cache,
      })
      seen?.(response)
      return response
    },
  }
}

/** The same answer, read to its end but never further than the limit. */
async function bounded(response: Response): Promise<Response> {
  const { status } = response
  const body = await readJson(response, MAX_TOKEN_RESPONSE_BYTES)
  return new Response(body.kind === 'json' ? JSON.stringify(body.value) : null, { status })
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code
