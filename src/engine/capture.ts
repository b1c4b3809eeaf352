import { withoutTokens } from '../policy/capture.ts'
import { readTokenResponse } from '../policy/tokens.ts'
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

/** What a request to `capture` gets. Without an outcome the answer was none of a sign-in. */
export interface Captured {
  readonly response: Response
  readonly outcome?: ExchangeOutcome
}

/** Keeps the tokens of a sign-in answer, and gives the page the same answer without them. */
export async function capture(
  response: Response,
  { session, sentAt }: { readonly session: Session; readonly sentAt: number },
): Promise<Captured> {
  if (!response.ok || isStream(response)) return { response }
  const read = await readJson(response.clone(), LONGEST_BYTES)
  if (read.kind === 'unreadable') return { response: Response.error(), outcome: 'failed' }
  const captured = read.kind === 'json' ? await captureBody(read.value, session, sentAt) : undefined
  if (!captured) {
    tellNoToken(session)
    return { response, outcome: 'no-token' }
  }
  response.body?.cancel().catch(() => {})
  const bytes = new TextEncoder().encode(captured)
  const headers = new Headers(response.headers)
  for (const name of ABOUT_THE_BYTES) headers.delete(name)
  headers.set('content-length', String(bytes.byteLength))
  const { status, statusText } = response
  return { response: new Response(bytes, { status, statusText, headers }), outcome: 'captured' }
}

/** Says where the access token was looked for: a wrong path is the usual mistake. Nothing of the answer is told. */
export function tellNoToken({ name, config }: Pick<Session, 'name' | 'config'>): void {
  const paths = [config.tokenFields.accessToken].flat().join(', ')
  console.warn(
    `Bearer Worker: an answer that "capture" of session "${name}" lists brought no access token. It was looked for at ${paths}: see "tokenFields".`,
  )
}

/** Signs in with the tokens of a JSON body. Resolves with the body's text without them; undefined when it holds none. */
export async function captureBody(body: unknown, session: Session, sentAt: number): Promise<string | undefined> {
  const { tokenFields } = session.config
  const tokens = readTokenResponse(body, tokenFields)
  if (!tokens) return undefined
  await session.signIn(tokens, sentAt)
  return JSON.stringify(withoutTokens(body, tokenFields))
}

/** Whether a body never ends by itself: events are no token response. */
function isStream({ headers }: Response): boolean {
  return /^\s*(text\/event-stream|multipart\/)/i.test(headers.get('content-type') ?? '')
}
