import type { SignOutConfiguration } from '../policy/configuration.ts'
import type { Secrets } from '../policy/placeholders.ts'
import { type Calling, requestOf } from './token-endpoint.ts'

const LIMIT_MS = 5_000

/** Tells the server that a token is not used any more. Whatever comes of it, it is forgotten here. @see https://www.rfc-editor.org/rfc/rfc7009#section-2.1 */
export async function revoke(
  endpoint: string,
  token: string,
  hint: 'refresh_token' | 'access_token',
  clientId: string | undefined,
  fetch: typeof globalThis.fetch,
): Promise<void> {
  const body = new URLSearchParams({ token, token_type_hint: hint, ...(clientId && { client_id: clientId }) })
  await fetch(endpoint, {
    method: 'POST',
    body,
    signal: AbortSignal.timeout(LIMIT_MS),
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
