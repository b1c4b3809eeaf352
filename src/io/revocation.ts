import type { SessionConfiguration } from '../policy/configuration.ts'
import type { SessionRecord } from '../policy/vocabulary.ts'

const LIMIT_MS = 5_000

/** Tells the server that the tokens are not used any more. Whatever comes of it, they are forgotten here. @see https://www.rfc-editor.org/rfc/rfc7009 */
export async function revoke(
  { revoke, refresh }: Pick<SessionConfiguration, 'revoke' | 'refresh'>,
  { refreshToken, accessToken }: SessionRecord,
  { fetch, base }: { readonly fetch: typeof globalThis.fetch; readonly base: string },
): Promise<void> {
  const token = refreshToken ?? accessToken
  if (!revoke || !token) return
  const body = new URLSearchParams({ token, token_type_hint: refreshToken ? 'refresh_token' : 'access_token', ...(refresh?.clientId && { client_id: refresh.clientId }) })
  await fetch(new URL(revoke, base), { method: 'POST', body, credentials: 'omit', redirect: 'error', cache: 'no-store', signal: AbortSignal.timeout(LIMIT_MS) }).catch(() => {})
}
