import { claimsOf } from './claims.ts'
import { expiresAtOf, freshnessOf, lifetimeOf, softShareOf } from './lifetime.ts'
import { isCredential, TOKEN } from './tokens.ts'
import type { Journal, Pause, SessionRecord, TokenResponse } from './vocabulary.ts'

/** Nobody has ever signed in here. */
export const blank: SessionRecord = { version: 1, epoch: 0, generation: 0, state: 'signed-out' }

/** What the store holds is unknown until checked: an empty, corrupt or foreign record is nobody's session. */
export function asRecord(stored: unknown): SessionRecord {
  const record = stored as SessionRecord | undefined
  const sound =
    record?.version === 1 &&
    Number.isSafeInteger(record.epoch) &&
    Number.isSafeInteger(record.generation) &&
    ['signed-out', 'active', 'ended'].includes(record.state) &&
    [record.accessToken, record.refreshToken].every((token) => token === undefined || isCredential(token)) &&
    (record.tokenType === undefined || TOKEN.test(record.tokenType)) &&
    [record.sentAt, record.storedAt, record.lifetime].every(
      (number) => number === undefined || Number.isFinite(number),
    ) &&
    (record.softShare === undefined || isShare(record.softShare)) &&
    (!record.pause || isPause(record.pause)) &&
    (!record.journal || Number.isFinite(record.journal.since))
  return sound ? record : blank
}

const isShare = (value: number): boolean => Number.isFinite(value) && value > 0 && value < 1
const isPause = ({ retryAt, retryAtIfRefused = 0, spreadMs = 0 }: Pause): boolean =>
  retryAt >= 0 && Number.isFinite(retryAtIfRefused) && spreadMs >= 0 && Number.isFinite(spreadMs)

/** When and how a token response was had. */
export interface Receipt {
  /** ms since epoch, just before the token request was sent. */
  readonly sentAt: number
  readonly now: number
  readonly lifetimeSeconds?: number | undefined
  /** 0 to 1; where the soft mark of this token lies. */
  readonly random: number
}

/** Somebody signed in: a new epoch, unless it is known to be the same user. */
export function signedIn(old: SessionRecord, tokens: TokenResponse, receipt: Receipt): SessionRecord {
  const next = adopt({ ...blank, epoch: old.epoch, generation: old.generation }, tokens, receipt, false)
  const subject = next.claims?.['sub']
  const sameUser = old.state === 'active' && subject !== undefined && subject === old.claims?.['sub']
  return sameUser ? next : { ...next, epoch: old.epoch + 1 }
}

/** A refresh brought new tokens; what it did not bring stays. */
export function refreshed(old: SessionRecord, tokens: TokenResponse, receipt: Receipt): SessionRecord {
  // After failures, a refusal or an absence, and not at the token's own soft mark: others may have come at the same time.
  const outOfTurn = old.pause !== undefined || freshnessOf(old, receipt.sentAt) !== 'ageing'
  return adopt(old, tokens, receipt, outOfTurn)
}

function adopt(
  old: SessionRecord,
  tokens: TokenResponse,
  { sentAt, now, lifetimeSeconds, random }: Receipt,
  outOfTurn: boolean,
): SessionRecord {
  const { accessToken, refreshToken, idToken, tokenType, scope } = tokens
  return {
    version: 1,
    epoch: old.epoch,
    generation: old.generation + 1,
    state: 'active',
    accessToken,
    refreshToken: refreshToken ?? old.refreshToken,
    idToken: idToken ?? old.idToken,
    tokenType: tokenType ?? old.tokenType,
    scope: scope ?? old.scope,
    claims: claimsOf(idToken) ?? claimsOf(accessToken) ?? old.claims,
    sentAt,
    storedAt: now,
    lifetime: lifetimeOf(tokens, lifetimeSeconds),
    softShare: softShareOf(random, outOfTurn),
  }
}

/** The server ended the session. */
export function ended(old: SessionRecord, reason: string): SessionRecord {
  return { version: 1, epoch: old.epoch, generation: old.generation + 1, state: 'ended', reason }
}

/** The user left: a new epoch, so that nothing of the old one can come back. */
export function signedOut(old: SessionRecord, reason?: string): SessionRecord {
  return { ...blank, epoch: old.epoch + 1, generation: old.generation + 1, reason }
}

/** The same tokens, and what is known of the refresh under way. No new generation. */
export function withRefresh(old: SessionRecord, journal: Journal | undefined, pause: Pause | undefined): SessionRecord {
  return { ...old, journal, pause }
}

/** Whether a refresh can be asked for at all. */
export function isRefreshable(record: SessionRecord, cookieRefresh: boolean): boolean {
  return record.state === 'active' && (cookieRefresh || record.refreshToken !== undefined)
}

/** The part of a record that a page may see. */
export function viewOf(name: string, record: SessionRecord, refreshing: boolean) {
  const retryAt = record.pause?.retryAt
  return {
    name,
    state: record.state,
    refreshing,
    ...defined({
      reason: record.reason ?? record.pause?.reason,
      expiresAt: expiresAtOf(record),
      scope: record.scope,
      tokenType: record.tokenType,
      claims: record.claims,
      retryAt: retryAt !== undefined && Number.isFinite(retryAt) ? retryAt : undefined,
    }),
  }
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }
function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Defined<T>
}
