import type { BearerWorkerError } from '../errors.ts'
import type { PendingSignIn, SignInResult } from './authorization-server.ts'
import { addressOf } from './compiled-pattern.ts'
import type { Session } from './session.ts'

/** Whether a navigation looks like a user's return from an authorization server: only its `state` can tell. */
export function mayEndSignIn(
  { method, url }: { readonly method: string; readonly url: string },
  sessions: Iterable<Session>,
  base: string,
): boolean {
  if (method !== 'GET' || !/[?&]state=/.test(url) || !/[?&](code|error)=/.test(url)) return false
  const address = addressOf(new URL(url))
  return [...sessions].some(({ authorizationServer }) => {
    const redirectUri = authorizationServer?.config.redirectUri
    return redirectUri !== undefined && addressOf(new URL(redirectUri, base)) === address
  })
}

/**
 * Ends a sign-in that was begun here, with its outcome in the session. Resolves with the URL to go on to.
 * @param problem why it is not known where the code may go; undefined when it is
 */
export async function endSignIn(
  pending: PendingSignIn,
  session: Session,
  problem: BearerWorkerError | undefined,
): Promise<string | undefined> {
  if (!session.authorizationServer) return undefined
  const result: SignInResult = problem
    ? { kind: 'failed', reason: problem.code }
    : await pending.finish(session.authorizationServer)
  if (result.kind === 'tokens') await session.signIn(result.tokens, result.sentAt)
  else await session.noteReason(result.reason)
  return pending.returnTo
}
