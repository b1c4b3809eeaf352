/** What an authorization server publishes about itself, read and checked. */
import {
  discoveryRequest,
  JSON_ATTRIBUTE_COMPARISON,
  processDiscoveryResponse,
  type AuthorizationServer,
} from 'oauth4webapi'
import { readJson } from '../io/body.ts'
import type { AuthorizationServerConfiguration } from '../policy/configuration.ts'
import { checkUrl } from '../policy/patterns.ts'
import { MAX_TOKEN_RESPONSE_BYTES } from '../policy/schedule.ts'
import { codeOf, options } from './server-call.ts'

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

/** The same answer, read to its end but never further than the limit. */
async function bounded(response: Response): Promise<Response> {
  const { status } = response
  const body = await readJson(response, MAX_TOKEN_RESPONSE_BYTES)
  return new Response(body.kind === 'json' ? JSON.stringify(body.value) : null, { status })
}
