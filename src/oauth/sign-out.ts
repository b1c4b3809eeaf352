import type { Metadata } from './metadata.ts'

interface EndSession {
  readonly clientId: string
  readonly idToken: string | undefined
  /** Where the user comes back to. */
  readonly after: URL | undefined
  readonly signOutParameters?: Readonly<Record<string, string>>
}

/**
 * URL of the end-session request; undefined where the server has no such endpoint.
 * @see https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout
 */
export function endSessionUrl(
  metadata: Metadata,
  { clientId, idToken, after, signOutParameters = {} }: EndSession,
): string | undefined {
  if (metadata.end_session_endpoint === undefined) return undefined
  const url = new URL(metadata.end_session_endpoint)
  if (idToken !== undefined) url.searchParams.set('id_token_hint', idToken)
  url.searchParams.set('client_id', clientId)
  if (after) url.searchParams.set('post_logout_redirect_uri', after.href)
  for (const [name, value] of Object.entries(signOutParameters)) url.searchParams.set(name, value)
  return url.href
}
