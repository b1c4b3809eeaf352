import { allowInsecureRequests, customFetch, None, revocationRequest } from 'oauth4webapi'
import { unnamed } from './token-endpoint.ts'

const LIMIT_MS = 5_000

/** Tells the server that a token is not used any more. Whatever comes of it, it is forgotten here. @see https://www.rfc-editor.org/rfc/rfc7009 */
export async function revoke(endpoint: string, token: string, hint: 'refresh_token' | 'access_token', clientId: string | undefined, fetch: typeof globalThis.fetch): Promise<void> {
  const server = { issuer: new URL(endpoint).origin, revocation_endpoint: endpoint }
  const signal = AbortSignal.timeout(LIMIT_MS)
  await revocationRequest(server, { client_id: clientId ?? '-' }, clientId ? None() : unnamed, token, {
    additionalParameters: { token_type_hint: hint },
    // What may be plain http is the configuration's to say: loopback only.
    [allowInsecureRequests]: true,
    [customFetch]: (to, { headers, body }) => fetch(to, { method: 'POST', headers, body, signal, credentials: 'omit', redirect: 'error', cache: 'no-store' }),
  }).catch(() => {})
}
