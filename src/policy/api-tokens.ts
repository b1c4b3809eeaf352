/**
 * One sign-in, several APIs: access tokens that a session has beside its own, each for the resources of one API, all from
 * the same refresh token. @see https://www.rfc-editor.org/rfc/rfc8707#section-2.2
 */
import type { ActiveRecord, ApiToken, Pause, SessionRecord } from './vocabulary.ts'

/** An API that gets an access token of its own. */
export interface Api {
  /** What the access token is stored under. It names what was asked for, so that no other API ever gets that token. */
  readonly key: string
  /** @see https://www.rfc-editor.org/rfc/rfc8707#section-2 */
  readonly resource?: string
  /** @see https://www.rfc-editor.org/rfc/rfc6749#section-3.3 */
  readonly scope?: string
}

/** The API of an entry of `resources`; undefined for one that gets the session's own access token. */
export function apiOf({ resource, scope }: Omit<Api, 'key'>): Api | undefined {
  if (resource === undefined && scope === undefined) return undefined
  return {
    key: JSON.stringify([resource ?? null, scope ?? null]),
    ...(resource !== undefined && { resource }),
    ...(scope !== undefined && { scope }),
  }
}

/** What people know an API by: its resource, else its scope. */
export const nameOf = ({ resource, scope }: Omit<Api, 'key'>): string => resource ?? scope ?? ''

/** The same by its key. */
export function nameOfKey(key: string): string {
  const [resource, scope] = JSON.parse(key) as readonly (string | null)[]
  return resource ?? scope ?? ''
}

/** No access token yet. */
const NONE: ApiToken = { generation: 0 }

/**
 * A record as the requests to an API see it: with the access token of that API in place of the session's own, and with the
 * generation of that token. Undefined stands for the session's own.
 */
export function seenBy(record: SessionRecord, api: string | undefined): SessionRecord {
  if (api === undefined || record.state !== 'active') return record
  const { version, epoch, state, reason, journal, refreshToken, idToken, accessToken, generation } = record
  const ofSession = { sessionToken: accessToken, sessionGeneration: generation }
  return { version, epoch, state, reason, journal, refreshToken, idToken, ...ofSession, ...tokenOf(record, api) }
}

const tokenOf = ({ apis }: ActiveRecord, api: string): ApiToken =>
  apis && Object.hasOwn(apis, api) ? apis[api]! : NONE

/**
 * What is stored once the view `seen` of an API has become `next`: its token, its pause, the journal, and the refresh token,
 * unless another context has got a newer one meanwhile. Everything else of the session stays.
 */
export function withApiToken(stored: ActiveRecord, api: string, seen: SessionRecord, next: ActiveRecord): ActiveRecord {
  const { accessToken, tokenType, scope, sentAt, storedAt, lifetime, softShare, refreshedBefore, pause, journal } = next
  const isNew = next.generation !== tokenOf(stored, api).generation
  // The time, so that no earlier token of the same API, which a sign-in has removed, had the same generation.
  const generation = isNew ? Math.max(next.generation, Math.trunc(storedAt ?? 0)) : next.generation
  const token = { accessToken, tokenType, scope, sentAt, storedAt, lifetime, softShare, refreshedBefore, pause }
  const before = seen.state === 'active' ? seen.refreshToken : undefined
  return {
    ...stored,
    refreshToken: stored.refreshToken === before ? next.refreshToken : stored.refreshToken,
    journal,
    apis: { ...stored.apis, [api]: { ...token, generation } },
  }
}

/** The record without pauses of this kind, of the session and of its APIs; undefined where there is none. */
export function withoutPauses(record: SessionRecord, kind: Pause['kind']): SessionRecord | undefined {
  const apis = record.state === 'active' ? Object.entries(record.apis ?? {}) : []
  const isPaused = (token: { readonly pause?: Pause | undefined }) => token.pause?.kind === kind
  if (!isPaused(record) && !apis.some(([, token]) => isPaused(token))) return undefined
  const resumed = isPaused(record) ? { ...record, pause: undefined } : record
  if (apis.length === 0) return resumed
  const tokens = apis.map(([key, token]) => [key, isPaused(token) ? { ...token, pause: undefined } : token])
  return { ...resumed, apis: Object.fromEntries(tokens) } as ActiveRecord
}

/** Why an API gets no access token until somebody acts; undefined where all get theirs. */
export function refusedApiReason(record: SessionRecord): string | undefined {
  if (record.state !== 'active') return undefined
  return Object.values(record.apis ?? {}).find(({ pause }) => pause?.retryAt === Infinity)?.pause?.reason
}
