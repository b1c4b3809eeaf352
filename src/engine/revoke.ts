import type { BearerWorkerError } from '../errors.ts'
import type { SessionRecord } from '../policy/vocabulary.ts'
import { within } from '../io/deadline.ts'
import { callRevocationEndpoint, signOutByRequest } from '../io/revocation.ts'
import { namedBy } from '../policy/placeholders.ts'
import type { AuthorizationServer } from './authorization-server.ts'
import type { Platform } from './platform.ts'
import type { SessionConfiguration } from '../policy/configuration.ts'

/** ms for finding out where tokens are revoked, twice: from the configuration, and from the server's metadata. */
const LIMIT_MS = 5_000

/** What revoking needs of a session. */
export interface Revocable {
  readonly config: SessionConfiguration
  readonly authorizationServer: AuthorizationServer | undefined
  /** Resolves with the problem as long as it is not known from the file where secrets may go. */
  readonly unconfirmed: () => Promise<BearerWorkerError | undefined>
}

/** Tells the server, where there is an endpoint for it, that tokens are not used any more. Never rejects. */
export async function revoke(
  session: Revocable,
  record: SessionRecord,
  { base, fetch, readCookies }: Platform,
): Promise<void> {
  if (record.state !== 'active') return
  const { refreshToken, accessToken } = record
  const isUnknown = await within(LIMIT_MS, session.unconfirmed()).catch(() => true)
  if (isUnknown) return
  const { config, authorizationServer: server } = session
  if (config.signOut) {
    const { cookies: names } = namedBy(config.signOut)
    const cookies = names.length > 0 ? await readCookies(names) : {}
    return signOutByRequest(config.signOut, { refreshToken, accessToken, cookies }, { base, fetch })
  }
  const endpoint =
    config.revoke ?? (server && (await within(LIMIT_MS, server.revocationEndpoint()).catch(() => undefined)))
  const token = refreshToken ?? accessToken
  if (endpoint === undefined || token === undefined) return
  await callRevocationEndpoint({
    endpoint: new URL(endpoint, base).href,
    token,
    hint: token === refreshToken ? 'refresh_token' : 'access_token',
    clientId: config.refresh?.clientId ?? server?.config.clientId,
    fetch,
  })
}
