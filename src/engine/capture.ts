import { withoutTokens } from '../policy/capture.ts'
import { MAX_TOKEN_RESPONSE_BYTES } from '../policy/schedule.ts'
import { readTokenResponse } from '../policy/tokens.ts'
import { readJson } from '../io/body.ts'
import type { Platform } from './platform.ts'
import type { Session } from './session.ts'

/** What describes the body's bytes, and is wrong once a member is taken out. */
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

/** Keeps the tokens of a sign-in answer, and gives the page the same answer without them. */
export async function capture(request: Request, session: Session, platform: Platform): Promise<Response> {
  const sentAt = platform.now()
  const response = await platform.fetch(request)
  if (!response.ok) return response
  const { tokenFields } = session.config
  const body = await readJson(response.clone(), MAX_TOKEN_RESPONSE_BYTES)
  if (body.kind !== 'json') return response
  const tokens = readTokenResponse(body.value, tokenFields)
  if (!tokens) return response
  await session.signIn(tokens, sentAt)

  const bytes = new TextEncoder().encode(JSON.stringify(withoutTokens(body.value, tokenFields)))
  const headers = new Headers(response.headers)
  for (const name of ABOUT_THE_BYTES) headers.delete(name)
  headers.set('content-length', String(bytes.byteLength))
  const { status, statusText } = response
  return new Response(bytes, { status, statusText, headers })
}
