import type { SignOutConfiguration } from '../policy/configuration.ts'
import type { Secrets } from '../policy/placeholders.ts'
import { type Calling, requestOf } from './token-endpoint.ts'

const LIMIT_MS = 5_000

interface Revocation {
  readonly endpoint: string
  readonly token: string
  readonly hint: 'refresh_token' | 'access_token'
  readonly clientId: string | undefined
  readonly fetch: typeof globalThis.fetch
}

/** Tells the server that a token is not used any more. Never rejects: the token is forgotten here whatever the server answers. @see https://www.rfc-editor.org/rfc/rfc7009#section-2.1 */
export async function callRevocationEndpoint({ endpoint, token, hint, clientId, fetch }: Revocation): Promise<void> {
  const body = new URLSearchParams({ token, token_type_hint: hint, ...(clientId && { client_id: clientId }) })
  const signal = AbortSignal.timeout(LIMIT_MS)
  await fetch(endpoint, {
    method: 'POST',
    body,
    signal,
    credentials: 'omit',
    redirect: 'error',
    cache: 'no-store',
  }).catch(() => {})
}

/** The same by a request that is described in the configuration. Rejects never. */
export async function signOutByRequest(
  config: SignOutConfiguration,
  secrets: Secrets,
  { fetch, base }: Omit<Calling, 'gaveUp'>,
): Promise<void> {
  const request = { ...requestOf(config, secrets), signal: AbortSignal.timeout(LIMIT_MS) }
  await fetch(new URL(config.url, base).href, request).catch(() => {})
}
