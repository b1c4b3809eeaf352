import type { SessionRecord } from '../policy/vocabulary.ts'
import { within } from '../io/deadline.ts'
import { revoke } from '../io/revocation.ts'
import type { Platform } from './platform.ts'
import type { Session } from './session.ts'

const LIMIT_MS = 5_000

/** Forgets first, everywhere; then tells the server. Returns the URL of the end-session endpoint, where the user is to go there. */
export async function signOut(session: Session, platform: Platform): Promise<string | undefined> {
  const forgotten = await session.signOut()
  const { idToken } = forgotten
  const { authorizationServer: server } = session
  await revokeTokens(session, forgotten, platform)
  const metadata = server && (await metadataOf(server))
  const after = server?.config.postSignOutRedirectUri
  if (after === undefined || metadata?.end_session_endpoint === undefined) return undefined
  // https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout
  const url = new URL(metadata.end_session_endpoint)
  if (idToken !== undefined) url.searchParams.set('id_token_hint', idToken)
  url.searchParams.set('client_id', server!.config.clientId)
  url.searchParams.set('post_logout_redirect_uri', new URL(after, platform.base).href)
  return url.href
}

/** Tells the server, where it can be told, that tokens are not used any more. */
export async function revokeTokens(
  { config, authorizationServer: server }: Session,
  { refreshToken, accessToken }: SessionRecord,
  { base, fetch }: Platform,
): Promise<void> {
  const endpoint = config.revoke ?? (server && (await metadataOf(server))?.revocation_endpoint)
  const token = refreshToken ?? accessToken
  if (endpoint === undefined || token === undefined) return
  await revoke(
    new URL(endpoint, base).href,
    token,
    token === refreshToken ? 'refresh_token' : 'access_token',
    config.refresh?.clientId ?? server?.config.clientId,
    fetch,
  )
}

const metadataOf = (server: NonNullable<Session['authorizationServer']>) =>
  within(LIMIT_MS, server.metadata()).catch(() => undefined)
