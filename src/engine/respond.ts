import { parseChallenges } from '../policy/challenge.ts'
import type { SessionConfiguration } from '../policy/configuration.ts'
import { decide } from '../policy/decide.ts'
import { isIneffective } from '../policy/effectiveness.ts'
import { codeAt } from '../policy/paths.ts'
import { afterRefusal, isTokenRefused, looksRefused, needsBody } from '../policy/refusal.ts'
import { LONGEST_HOLD_MS, MAX_TOKEN_RESPONSE_BYTES, YOUNG_TOKEN_WAIT_MS } from '../policy/schedule.ts'
import type { SessionRecord } from '../policy/vocabulary.ts'
import { isAtMost, isBodyless, readJson } from '../io/body.ts'
import { wait, within } from '../io/deadline.ts'
import { credentialsOf, PROOF, withHeaders } from './authorize.ts'
import type { KeepAlive, Occasion, Platform } from './platform.ts'
import { needsProof, sendProven } from './prove.ts'
import { redactUrl } from '../policy/redact-url.ts'
import type { Session } from './session.ts'

/** What is told of a request afterwards. */
export interface Account {
  outcome: 'sent' | 'untouched' | 'refreshed-first' | 'replayed' | 'refused' | 'failed'
  waitedMs: number
}

/** The way of one request to a protected resource. The page gets the server's real answer, or a network error. */
export async function respond(
  request: Request,
  session: Session,
  platform: Platform,
  occasion: Occasion,
): Promise<Response> {
  const at = platform.now()
  const account: Account = { outcome: 'sent', waitedMs: 0 }
  const { method, url } = request
  let status: number | undefined
  try {
    const response = await way(request, session, platform, occasion, account)
    status = response.status
    if (response.type === 'error') account.outcome = 'failed'
    return response
  } catch (error) {
    account.outcome = 'failed'
    throw error
  } finally {
    const durationMs = platform.now() - at
    platform.record({
      kind: 'request',
      at,
      session: session.name,
      method,
      url: redactUrl(url),
      ...account,
      ...(status && { status }),
      durationMs,
    })
  }
}

async function way(
  request: Request,
  session: Session,
  platform: Platform,
  occasion: Occasion,
  account: Account,
): Promise<Response> {
  const known = session.known ?? (await session.read())
  const ready = await authorizable(known, session, platform, occasion.keepAlive, account, () =>
    isTooLarge(request, session),
  )
  if (ready.kind === 'failed') return Response.error()
  if (ready.kind === 'untouched') {
    account.outcome = 'untouched'
    return platform.fetch(request)
  }
  occasion.signal?.throwIfAborted()
  return exchange(request, ready.record, session, platform, occasion, account)
}

type Ready =
  | { readonly kind: 'authorize'; readonly record: SessionRecord }
  | { readonly kind: 'untouched' }
  | { readonly kind: 'failed' }

/** Waits, if need be, until there is a token to send with. */
export async function authorizable(
  record: SessionRecord,
  session: Session,
  platform: Platform,
  keepAlive: KeepAlive,
  account: Pick<Account, 'waitedMs' | 'outcome'>,
  sentOnce = async () => false,
): Promise<Ready> {
  const { cookieRefresh, tokenSource } = session
  const now = platform.now()
  const decision = decide({
    record,
    now,
    hasAuthorization: false,
    cookieRefresh,
    canRefresh: tokenSource !== undefined,
  })
  const isReplacing = decision.kind !== 'hold' && session.isReplacing(record)
  switch (isReplacing ? 'hold' : decision.kind) {
    case 'untouched':
      return { kind: 'untouched' }
    case 'send-and-refresh': {
      const refreshing = session.refresh(record)
      keepAlive(refreshing)
      if (!(await sentOnce())) return { kind: 'authorize', record }
      // What cannot be sent again had better be sent with a token that lasts.
      const refreshed = await within(LONGEST_HOLD_MS, refreshing).catch(() => undefined)
      account.waitedMs += platform.now() - now
      return {
        kind: 'authorize',
        record: refreshed?.record.accessToken && refreshed.record.epoch === record.epoch ? refreshed.record : record,
      }
    }
    case 'send':
      return { kind: 'authorize', record }
    case 'hold': {
      const refreshed = await within(LONGEST_HOLD_MS, session.refresh(record)).catch(() => undefined)
      account.waitedMs += platform.now() - now
      switch (refreshed?.kind) {
        case undefined:
          return isReplacing ? { kind: 'authorize', record } : { kind: 'failed' }
        case 'success':
        case 'moved':
          // Never in the name of somebody who signed in while it waited.
          if (!refreshed.record.accessToken || refreshed.record.epoch !== record.epoch) return { kind: 'untouched' }
          account.outcome = 'refreshed-first'
          return { kind: 'authorize', record: refreshed.record }
        case 'ended':
        case 'signed-out':
          return { kind: 'untouched' }
        case 'failed':
          // The server answered, but brought nothing: it shall say itself what it thinks of the old token.
          return (isReplacing || refreshed.pause.answered) && refreshed.record.accessToken
            ? { kind: 'authorize', record: refreshed.record }
            : { kind: 'failed' }
      }
    }
  }
}

const isTooLarge = async (request: Request, { config }: Session): Promise<boolean> =>
  !isBodyless(request) && !(await isAtMost(config.maxReplayBytes, request.clone()))

/** Sends, and replays when the token, not the user, was refused. */
async function exchange(
  request: Request,
  first: SessionRecord,
  session: Session,
  platform: Platform,
  occasion: Occasion,
  account: Account,
): Promise<Response> {
  const { config } = session
  // For the replay; must be taken before the body is used. https://fetch.spec.whatwg.org/#dom-request-clone
  const bodyless = isBodyless(request)
  let spare = bodyless ? request : request.clone()
  let record = first
  let response = await send(request, record, session, platform, occasion.signal)
  let alreadyReplayed = false
  let alreadyWaited = false
  let refreshedFor = 0

  while (await isRefused(response, config)) {
    const now = platform.now()
    if (refreshedFor === record.generation) session.wasted(record.generation)
    const replayable = bodyless || (!alreadyReplayed && (await isAtMost(config.maxReplayBytes, spare.clone())))
    const current = await session.read()
    const next = afterRefusal({
      sentEpoch: record.epoch,
      sentGeneration: record.generation,
      record: current,
      now,
      alreadyReplayed,
      alreadyWaited,
      replayable,
      refreshable: session.refreshable,
      ineffective: isIneffective(session.effectiveness, now),
    })
    account.outcome = 'refused'
    session.refused = record.accessToken
    occasion.signal?.throwIfAborted()
    switch (next) {
      case 'give':
        return response
      case 'refresh-and-give':
        occasion.keepAlive(session.refresh(current))
        return response
      case 'refresh-and-replay': {
        const refreshed = await within(LONGEST_HOLD_MS, session.refresh(current)).catch(() => undefined)
        account.waitedMs += platform.now() - now
        if ((refreshed?.kind !== 'success' && refreshed?.kind !== 'moved') || refreshed.record.epoch !== record.epoch)
          return response
        if (refreshed.kind === 'success') refreshedFor = refreshed.record.generation
        record = refreshed.record
        alreadyReplayed = true
        break
      }
      case 'wait-and-replay':
        await wait(YOUNG_TOKEN_WAIT_MS)
        account.waitedMs += YOUNG_TOKEN_WAIT_MS
        record = await session.read()
        if (record.epoch !== current.epoch || !record.accessToken) return response
        alreadyWaited = true
        break
      case 'replay':
        record = current
        alreadyReplayed = true
        break
    }
    response.body?.cancel().catch(() => {})
    const again = spare
    if (!bodyless) spare = again.clone()
    response = await send(again, record, session, platform, occasion.signal)
    account.outcome = 'replayed'
  }
  return response
}

function send(
  request: Request,
  record: SessionRecord,
  session: Session,
  platform: Platform,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const headers = { [session.config.header]: credentialsOf(record, session.config) }
  if (needsProof(record, session))
    return sendProven(request, record, session, (each, proof) =>
      sendWith(each, { ...headers, [PROOF]: proof }, platform, signal),
    )
  return sendWith(request, headers, platform, signal)
}

function sendWith(
  request: Request,
  headers: Readonly<Record<string, string>>,
  platform: Platform,
  signal: AbortSignal | undefined,
): Promise<Response> {
  if (request.mode !== 'no-cors') return platform.fetch(withHeaders(request, headers, { signal }))
  return sendLifted(request, headers, platform)
}

/** As cors; where that fails, without cookies, which a wildcard of CORS does not allow; then as the page sent it. */
function sendLifted(
  request: Request,
  headers: Readonly<Record<string, string>>,
  platform: Platform,
): Promise<Response> {
  const [second, third] = [request.clone(), request.clone()]
  return platform
    .fetch(withHeaders(request, headers))
    .catch(() => platform.fetch(withHeaders(second, headers, { credentials: 'same-origin' })))
    .catch(() => platform.fetch(third))
}

/** Whether an answer says that the access token is no good. Leaves its body unread. */
export async function isRefused(response: Response, config: SessionConfiguration): Promise<boolean> {
  const { status, ok, headers } = response
  if (!looksRefused(status, config)) return false
  const challenges = parseChallenges(headers.get('www-authenticate'))
  if (!needsBody(config)) return isTokenRefused({ status, challenges }, config)
  // A success that is no JSON may be a stream: never read.
  if (ok && !headers.get('content-type')?.includes('json')) return false
  const body = await readJson(response.clone(), MAX_TOKEN_RESPONSE_BYTES)
  return isTokenRefused(
    { status, challenges, code: body.kind === 'json' ? codeAt(body.value, config.errorField) : undefined },
    config,
  )
}
