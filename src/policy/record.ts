import { claimsOf } from './claims.ts'
import { isJournal } from './journal.ts'
import { expiresAtOf, freshnessOf, isRepeated, lifetimeOf, softShareOf } from './lifetime.ts'
import { isCredential, TOKEN } from './tokens.ts'
import { refusedApiReason } from './api-tokens.ts'
import type {
  ActiveRecord,
  ApiToken,
  EndedRecord,
  Journal,
  OfVault,
  Pause,
  Reason,
  SessionRecord,
  SignedOutRecord,
  TokenResponse,
} from './vocabulary.ts'

/** Nobody has ever signed in here. */
export const blank: SignedOutRecord = { version: 1, epoch: 0, generation: 0, state: 'signed-out' }

/** A count beyond this was never counted: epochs begin at a time in ms. */
const HIGHEST_COUNT = 1e15
/** The next count. After the limit it starts again at 1: a script that writes the limit into the store must not block the session. */
const next = (count: number): number => (count + 1 < HIGHEST_COUNT ? count + 1 : 1)
/**
 * The next epoch. The first one is the time: where the store was cleared, the next session must not look to an open tab
 * like the one before.
 */
const nextEpoch = (epoch: number, now: number): number => next(epoch === 0 && isCount(now) ? now : epoch)
/** ms since epoch that a clock can show. @see https://tc39.es/ecma262/#sec-time-values-and-time-range */
const LATEST_TIME_MS = 8.64e15

/** What the store holds is unknown until it is checked. An empty, corrupt or foreign record counts as none. */
export function asRecord(stored: unknown): SessionRecord {
  const record = stored as ActiveRecord | undefined
  const sound =
    record?.version === 1 &&
    isCount(record.epoch) &&
    isCount(record.generation) &&
    ['signed-out', 'active', 'ended'].includes(record.state) &&
    isToken(record) &&
    isAbsentOr(isCredential)(record.refreshToken) &&
    isAbsentOr(isCredential)(record.idToken) &&
    isAbsentOr((text) => typeof text === 'string')(record.reason) &&
    isAbsentOr(isOfVault)(record.vault) &&
    isAbsentOr(isPause)(record.pause) &&
    isAbsentOr(isJournal)(record.journal)
  if (!sound) return blank
  return record.apis === undefined ? record : { ...record, apis: soundApis(record.apis) }
}

/** Tokens of APIs can be fetched again, so what is not sound among them is left out. */
function soundApis(stored: unknown): ActiveRecord['apis'] {
  return Object.fromEntries(
    Object.entries(Object(stored) as Record<string, ApiToken>).filter(([, token]) => isApiToken(Object(token))),
  )
}

function isApiToken(token: ApiToken): boolean {
  return isCount(token.generation) && isToken(token) && isAbsentOr(isPause)(token.pause)
}

function isToken({ accessToken, tokenType, scope, softShare, ...times }: Partial<ActiveRecord>): boolean {
  return (
    isAbsentOr(isCredential)(accessToken) &&
    isAbsentOr((type) => typeof type === 'string' && TOKEN.test(type))(tokenType) &&
    isAbsentOr((text) => typeof text === 'string')(scope) &&
    [times.sentAt, times.storedAt, times.lifetime].every(isAbsentOr(isTime)) &&
    isAbsentOr(isShare)(softShare)
  )
}

const isBetween = (least: number, value: unknown, below: number): boolean =>
  typeof value === 'number' && value >= least && value < below
const isCount = (value: unknown): boolean => Number.isInteger(value) && isBetween(0, value, HIGHEST_COUNT)
const isTime = (value: unknown): boolean => isBetween(-LATEST_TIME_MS, value, LATEST_TIME_MS)
const isAbsentOr = (isSound: (value: unknown) => boolean) => (value: unknown) => value === undefined || isSound(value)

function isOfVault(stored: unknown): boolean {
  const { epoch, claims } = Object(stored) as Partial<OfVault>
  return isCount(epoch) && (claims === undefined || (typeof claims === 'object' && claims !== null))
}

const isShare = (value: unknown): boolean => Number.isFinite(value) && (value as number) > 0 && (value as number) < 1

function isPause(stored: unknown): boolean {
  const { kind, since, failures, retryAt, retryAtIfRefused, spreadMs, reason } = Object(stored) as Partial<Pause>
  const isLasting = kind === 'needs-user' || kind === 'configuration'
  return (
    (isLasting ? retryAt === Infinity : kind === 'for-now' && isTime(retryAt)) &&
    isCount(failures) &&
    [since, retryAtIfRefused].every(isAbsentOr(isTime)) &&
    isAbsentOr((spread) => isBetween(0, spread, LATEST_TIME_MS))(spreadMs) &&
    isAbsentOr((text) => typeof text === 'string')(reason)
  )
}

/** When a token response was received, and what is known of its lifetime. */
export interface Receipt {
  /** ms since epoch, just before the token request was sent. */
  readonly sentAt: number
  readonly now: number
  readonly lifetimeSeconds?: number | undefined
  /** 0 to 1; where the soft mark of this token lies. */
  readonly random: number
}

/**
 * Somebody signed in: a new epoch, unless it is known to be the same user. The same user keeps the refresh token where
 * the response brings none: a server that switches an organisation answers with an access token alone.
 */
export function signedIn(old: SessionRecord, tokens: TokenResponse, receipt: Receipt): ActiveRecord {
  if (old.state === 'active' && isSameUser(old, tokens)) return withTokens(old, tokens, receipt, false)
  const { generation } = old
  return withTokens(
    { version: 1, epoch: nextEpoch(old.epoch, receipt.now), generation, state: 'active' },
    tokens,
    receipt,
    false,
  )
}

function isSameUser(old: ActiveRecord, { idToken, accessToken, vault }: TokenResponse): boolean {
  const subject = claims({ idToken, accessToken, vault })?.['sub']
  return subject !== undefined && subject === claims(old)?.['sub']
}

/** A refresh brought new tokens; what it did not bring stays. */
export function refreshed(old: ActiveRecord, tokens: TokenResponse, receipt: Receipt): ActiveRecord {
  // Not at the soft mark, but after failures, a refusal or an absence: other browsers may refresh at the same moment.
  const outOfTurn = old.pause !== undefined || freshnessOf(old, receipt.sentAt) !== 'ageing'
  return { ...withTokens(old, tokens, receipt, outOfTurn), refreshedBefore: true }
}

function withTokens(old: ActiveRecord, tokens: TokenResponse, receipt: Receipt, outOfTurn: boolean): ActiveRecord {
  const { sentAt, now, lifetimeSeconds, random } = receipt
  return {
    version: 1,
    epoch: old.epoch,
    generation: next(old.generation),
    state: 'active',
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken ?? old.refreshToken,
    idToken: tokens.idToken ?? old.idToken,
    tokenType: tokens.tokenType ?? old.tokenType,
    scope: tokens.scope ?? old.scope,
    vault: tokens.vault,
    sentAt: isRepeated(tokens, old.accessToken) ? Math.min(sentAt, old.sentAt ?? sentAt) : sentAt,
    storedAt: now,
    lifetime: lifetimeOf(tokens, lifetimeSeconds),
    softShare: softShareOf(random, outOfTurn),
    refreshedBefore: old.refreshedBefore,
  }
}

/** The same session, whose next request waits for a token. Undefined where there is none to take out. */
export function withoutAccessToken(old: SessionRecord): ActiveRecord | undefined {
  if (old.state !== 'active' || old.accessToken === undefined) return undefined
  return { ...old, generation: next(old.generation), accessToken: undefined }
}

/** The server ended the session. */
export function ended(old: SessionRecord, reason: Reason): EndedRecord {
  return { version: 1, epoch: old.epoch, generation: next(old.generation), state: 'ended', reason }
}

/** The user left: a new epoch, so that no token of the old one can come back. */
export function signedOut(old: SessionRecord, now: number, reason?: string): SignedOutRecord {
  return {
    ...blank,
    ...(reason !== undefined && { reason }),
    epoch: nextEpoch(old.epoch, now),
    generation: next(old.generation),
  }
}

/**
 * What the vault brought: the same session goes on, or another user, or the same one again, has signed in there. Without an
 * epoch of the vault, the app itself has put the tokens there.
 */
export function fromVault(old: SessionRecord, tokens: TokenResponse, receipt: Receipt): ActiveRecord {
  const isSame = old.state === 'active' && old.vault?.epoch === tokens.vault?.epoch
  return isSame ? refreshed(old, tokens, receipt) : signedIn(old, tokens, receipt)
}

/** The same tokens, and what is known of the refresh under way. No new generation. */
export function withRefresh<Stored extends SessionRecord>(
  old: Stored,
  journal: Journal | undefined,
  pause: Pause | undefined,
): Stored {
  return { ...old, journal, pause }
}

type State = Pick<SessionRecord, 'epoch' | 'generation'>

/** Whether two records are the same state of a session: no change was committed in between. */
export function isSameState(a: State, b: State): boolean {
  return a.epoch === b.epoch && a.generation === b.generation
}

/** The same, with the same refresh token: a refresh for another API may have brought a newer one. */
export function isSameGrant(a: SessionRecord, b: SessionRecord): boolean {
  return isSameState(a, b) && refreshTokenOf(a) === refreshTokenOf(b)
}

const refreshTokenOf = (record: SessionRecord) => (record.state === 'active' ? record.refreshToken : undefined)

/** The part of a record that a page may see. */
export function viewOf(name: string, record: SessionRecord, refreshing: boolean) {
  const retryAt = record.pause?.retryAt
  const reason = record.reason ?? record.pause?.reason ?? refusedApiReason(record)
  return {
    name,
    state: record.state,
    epoch: record.epoch,
    refreshing,
    ...defined({ reason, retryAt: Number.isFinite(retryAt) ? retryAt : undefined }),
    ...(record.state === 'active' &&
      defined({
        expiresAt: expiresAtOf(record),
        scope: record.scope,
        tokenType: record.tokenType,
        claims: claims(record),
      })),
  }
}

/** Payload of the id token, which a vault keeps and reads itself, else of the access token. */
function claims({ idToken, accessToken, vault }: Pick<ActiveRecord, 'idToken' | 'accessToken' | 'vault'>) {
  return claimsOf(idToken) ?? vault?.claims ?? claimsOf(accessToken)
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }
function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Defined<T>
}
