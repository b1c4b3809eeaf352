import { type Api, nameOf } from '../policy/api-tokens.ts'
import { noTokenMessage } from '../policy/no-token.ts'
import { redactUrl } from '../policy/redact-url.ts'
import { warn } from '../io/console.ts'
import type { Refreshed, RefreshJob, Tried } from './refresh-job.ts'

/**
 * Adds a refresh to the history, and names on the console what only a developer can correct.
 * @param begunAt ms since epoch
 */
export function report(job: RefreshJob, begunAt: number, { outcome, status }: Tried, result: Refreshed): void {
  const { session, named, source, platform, seen } = job
  // A wrong path in `tokenFields` would look like a fault of the server.
  if (outcome.kind === 'for-now' && outcome.noToken) {
    const where = `the answer of ${redactUrl(source.url)}, which refreshes session "${session}",`
    warn(noTokenMessage(where, outcome.noToken))
  }
  const isSignedOut = outcome.kind === 'signed-out'
  // Nobody was signed in before either: the vault was only asked.
  if (isSignedOut && result.kind === 'signed-out' && seen.state !== 'active') return
  if (job.api && (outcome.kind === 'configuration' || outcome.kind === 'needs-user'))
    warn(refusedApiMessage(session, job.api, outcome.reason))
  platform.record({
    kind: 'refresh',
    at: begunAt,
    session,
    ...named,
    method: source.method,
    url: redactUrl(source.url),
    outcome: result.kind === 'moved' || isSignedOut ? 'moved' : outcome.kind,
    ...(status !== undefined && { status }),
    waitedMs: 0,
    durationMs: platform.now() - begunAt,
  })
}

const refusedApiMessage = (session: string, api: Api, reason: string): string =>
  `The token endpoint gives session "${session}" no access token for ${nameOf(api)} (${reason}). Correct "resource" and "scope" of its entry in "resources", allow them at the server, or let the user sign in once more to agree to them. It is asked again after that, after refresh(), or when a page is loaded.`
