import { headersWithTokens, withoutTokens } from '../policy/capture.ts'
import type { TokenFields } from '../policy/configuration.ts'
import { noTokenIn } from '../policy/no-token.ts'
import { redactUrl } from '../policy/redact-url.ts'
import { type AnswerHeaders, readTokenResponse } from '../policy/tokens.ts'
import { readJson } from '../io/body.ts'
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

/** A request whose answer is read for tokens. */
export interface Capturing {
  readonly session: Session
  /** Index of the `capture` that lists the request. */
  readonly capture: number
  readonly url: string
  /** ms since epoch, just before it was sent. */
  readonly sentAt: number
}

/** What a request to `capture` gets. Without an outcome the answer was none of a sign-in. */
export interface Captured {
  readonly response: Response
  readonly outcome?: ExchangeOutcome
}

/** Keeps the tokens of a sign-in answer, and gives the page the same answer without them. */
export async function capture(response: Response, capturing: Capturing): Promise<Captured> {
  if (!response.ok || isStream(response)) return { response }
  const read = await readJson(response.clone(), LONGEST_BYTES)
  if (read.kind === 'unreadable') return { response: Response.error(), outcome: 'failed' }
  const value = read.kind === 'json' ? read.value : undefined
  const captured = await captureTokens(value, [...response.headers], capturing)
  if (!captured) return { response, outcome: 'no-token' }
  const headers = new Headers(response.headers)
  for (const name of captured.hiddenHeaders) headers.delete(name)
  const { status, statusText } = response
  if (read.kind !== 'json')
    return { response: new Response(response.body, { status, statusText, headers }), outcome: 'captured' }
  response.body?.cancel().catch(() => {})
  const bytes = new TextEncoder().encode(captured.text)
  for (const name of ABOUT_THE_BYTES) headers.delete(name)
  headers.set('content-length', String(bytes.byteLength))
  return { response: new Response(bytes, { status, statusText, headers }), outcome: 'captured' }
}

/** What the page gets of an answer that brought tokens. */
export interface WithoutTokens {
  /** The JSON of its body. */
  readonly text: string
  /** Names of headers that hold a token. */
  readonly hiddenHeaders: readonly string[]
}

/** Signs in with the tokens of an answer. Resolves with what the page gets of it; undefined when it holds none. */
export async function captureTokens(
  body: unknown,
  headers: AnswerHeaders,
  { session, capture: index, url, sentAt }: Capturing,
): Promise<WithoutTokens | undefined> {
  const fields = session.config.capture[index]?.tokenFields ?? session.config.tokenFields
  const tokens = readTokenResponse(body, fields, { headers, sentAt })
  if (!tokens) {
    warnNoToken(url, session, body, fields)
    return undefined
  }
  await session.signIn(tokens, sentAt)
  return {
    text: JSON.stringify(withoutTokens(body, fields, headers)),
    hiddenHeaders: headersWithTokens(headers, fields, body),
  }
}

/** A wrong path in `tokenFields` would leave no trace otherwise. Names only, no value. */
function warnNoToken(url: string, { name }: Session, body: unknown, fields: TokenFields): void {
  const { looked, found } = noTokenIn(body, fields)
  console.warn(
    `Bearer Worker: the answer of ${redactUrl(url)}, which "capture" of session "${name}" lists, has no access token at ${looked.join(', ')}. It has ${found.join(', ') || 'no JSON'}. If one of these is the access token, name it in tokenFields.accessToken.`,
  )
}

/** Whether a body never ends by itself: events are no token response. */
function isStream({ headers }: Response): boolean {
  return /^\s*(text\/event-stream|multipart\/)/i.test(headers.get('content-type') ?? '')
}
