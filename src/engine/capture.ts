import { headersWithTokens, textWithoutTokens, withoutTokens } from '../policy/capture.ts'
import type { TokenFields } from '../policy/configuration.ts'
import { noTokenIn, noTokenMessage } from '../policy/no-token.ts'
import { redactUrl } from '../policy/redact-url.ts'
import { type AnswerHeaders, readTokenResponse } from '../policy/tokens.ts'
import { warn } from '../io/console.ts'
import { inUtf8, type parsedBody, readJson } from '../io/body.ts'
import type { ExchangeOutcome } from '../protocol.ts'
import type { Session } from './session.ts'

/** The answer to a sign-in is read up to here; a longer one is a network error, since it may hold tokens. */
const LONGEST_BYTES = 67_108_864

/** Headers that describe the body's bytes, and are wrong once a member is taken out. */
const ABOUT_THE_BYTES = [
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'content-md5',
  'content-digest',
  'repr-digest',
  'digest',
  'etag',
  'content-range',
  'accept-ranges',
]

/** Good answers that never have a body. @see https://fetch.spec.whatwg.org/#null-body-status */
const NO_BODY = [204, 205]

/** A request whose answer is read for tokens. */
export interface Capturing {
  readonly session: Session
  /** Index of the `capture` that lists the request. */
  readonly capture: number
  readonly url: string
  readonly method: string
  /** ms since epoch, just before it was sent. */
  readonly sentAt: number
  /** Whether it was sent with the session's token. */
  readonly hadToken: boolean
}

/** What a request to `capture` gets. Without an outcome the answer was none of a sign-in. */
export interface Captured {
  readonly response: Response
  readonly outcome?: ExchangeOutcome
}

/** Keeps the tokens of a sign-in answer, and gives the page the same answer without them. */
export async function capture(response: Response, capturing: Capturing): Promise<Captured> {
  if (!response.ok) return { response }
  const read = isStream(response) ? UNREAD : await readJson(response.clone(), LONGEST_BYTES)
  if (read.kind === 'unreadable') return { response: Response.error(), outcome: 'failed' }
  const captured = await captureTokens(read, [...response.headers], capturing)
  if (captured === 'lost') return { response: Response.error(), outcome: 'failed' }
  if (!captured) return isSignIn(capturing) ? { response, outcome: 'no-token' } : { response }
  const headers = new Headers(response.headers)
  for (const name of captured.hiddenHeaders) headers.delete(name)
  const { status, statusText } = response
  if (captured.text === undefined) {
    // Chromium gives a cloned answer a body that its status does not allow.
    const body = NO_BODY.includes(status) ? null : response.body
    return { response: new Response(body, { status, statusText, headers }), outcome: 'captured' }
  }
  response.body?.cancel().catch(() => {})
  const bytes = new TextEncoder().encode(captured.text)
  for (const name of ABOUT_THE_BYTES) headers.delete(name)
  headers.set('content-length', String(bytes.byteLength))
  const type = headers.get('content-type')
  if (type !== null) headers.set('content-type', inUtf8(type))
  return { response: new Response(bytes, { status, statusText, headers }), outcome: 'captured' }
}

/** The body of an answer, as far as it was read: a token may also be in a header, whatever the body is. */
type CapturedBody = ReturnType<typeof parsedBody>

/** What the page gets of an answer that brought tokens. */
export interface WithoutTokens {
  /** Its body; undefined where that stays as it is. */
  readonly text: string | undefined
  /** Names of headers that hold a token. */
  readonly hiddenHeaders: readonly string[]
}

/**
 * Signs in with the tokens of an answer. Resolves with what the page gets of it; undefined when it holds none, `lost` when the vault
 * does not take them: then the page must not have them either.
 */
export async function captureTokens(
  read: CapturedBody,
  headers: AnswerHeaders,
  capturing: Capturing,
): Promise<WithoutTokens | 'lost' | undefined> {
  const { session, capture: index, url, sentAt } = capturing
  const fields = session.config.capture[index]?.tokenFields ?? session.config.tokenFields
  const body = read.kind === 'json' ? read.value : undefined
  const tokens = readTokenResponse(body, fields, { headers, sentAt })
  if (!tokens) {
    if (isSignIn(capturing) && !(await hasSignedInSince(sentAt, session))) warnNoToken(url, session, body, fields)
    return undefined
  }
  try {
    await session.signIn(tokens, sentAt)
  } catch (error) {
    if (session.config.vault === undefined) throw error
    warn((error as Error).message)
    return 'lost'
  }
  return {
    text: bodyWithoutTokens(read, fields, headers),
    hiddenHeaders: headersWithTokens(headers, fields, body),
  }
}

/**
 * Whether a token was to be expected. A request that had one may be any request to an API, which need not bring another: unless it
 * writes to one address that is listed for sign-ins only, as where a user signs in again.
 */
export function isSignIn({
  session: { config },
  capture: index,
  method,
  hadToken,
}: Pick<Capturing, 'session' | 'capture' | 'method' | 'hadToken'>): boolean {
  if (!hadToken) return true
  const url = config.capture[index]?.url
  if (url === undefined || config.resources.some((each) => each.url === url)) return false
  return /^(POST|PUT|PATCH)$/.test(method) && !/[*:({]/.test(url.replace(/^https?:\/\/[^/]*/i, ''))
}

function bodyWithoutTokens(read: CapturedBody, fields: TokenFields, headers: AnswerHeaders): string | undefined {
  switch (read.kind) {
    case 'json':
      return JSON.stringify(withoutTokens(read.value, fields, headers))
    case 'not-json': {
      const text = textWithoutTokens(read.text, fields, headers)
      return text === read.text ? undefined : text
    }
    case 'empty':
      return undefined
  }
}

/** A worker of another version, which this page does not understand, may have taken the tokens out of the answer already. */
async function hasSignedInSince(time: number, { stored }: Session): Promise<boolean> {
  const record = await stored.reread().catch(() => undefined)
  return record?.state === 'active' && (record.storedAt ?? 0) >= time
}

/** A wrong path in `tokenFields` would leave no trace otherwise. Names only, no value. */
function warnNoToken(url: string, { name }: Session, body: unknown, fields: TokenFields): void {
  const where = `the answer of ${redactUrl(url)}, which "capture" of session "${name}" lists,`
  warn(noTokenMessage(where, noTokenIn(body, fields)))
}

/** Of a stream: only its headers can hold tokens. */
const UNREAD = { kind: 'empty' } as const

/** Whether a body never ends by itself: events and frames are no token response. */
function isStream({ headers }: Response): boolean {
  return /^\s*(text\/event-stream|multipart\/x-mixed-replace)/i.test(headers.get('content-type') ?? '')
}
