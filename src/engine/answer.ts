import { parseChallenges } from '../policy/challenge.ts'
import type { SessionConfiguration } from '../policy/configuration.ts'
import { isJsonType } from '../policy/json-type.ts'
import { codeAt } from '../policy/paths.ts'
import { isTokenRefused, looksRefused, needsBody } from '../policy/refusal.ts'
import { type BodyRead, parsedBody, readJson } from '../io/body.ts'
import type { ReceivedAnswer } from '../protocol.ts'

/** Limits in bytes and ms for reading a body to learn its error code: a longer or slower one is no refusal. */
const LONGEST_READ_BYTES = 65_536
const LONGEST_READ_MS = 2_000

/** What the exchange looks at of an answer. */
export interface Answer {
  readonly status: number
  header(name: string): string | null
  /** What its body is; `unreadable` where it is too long or too slow to judge by it. Leaves the body unread. */
  read(): Promise<BodyRead>
}

/** The answer that `fetch` resolved with. */
export function answerOf(response: Response): Answer {
  return {
    status: response.status,
    header: (name) => response.headers.get(name),
    read: () => readJson(response.clone(), LONGEST_READ_BYTES, LONGEST_READ_MS),
  }
}

/** The answer that a page received to an attempt of its own. */
export function receivedAnswer({ status, headers, body }: ReceivedAnswer): Answer {
  return {
    status,
    header: (name) => headers[name] ?? null,
    async read() {
      return body !== undefined && body.length > LONGEST_READ_BYTES ? { kind: 'unreadable' } : parsedBody(body ?? '')
    },
  }
}

/** Whether an answer says that the access token is not valid. */
export async function isRefused(answer: Answer, config: SessionConfiguration): Promise<boolean> {
  const { status } = answer
  if (!looksRefused(status, config)) return false
  const challenges = parseChallenges(answer.header('www-authenticate'))
  if (!needsBody(config)) return isTokenRefused({ status, challenges }, config)
  const isJson = isJsonType(answer.header('content-type'))
  const body = isJson ? await answer.read() : undefined
  if (body?.kind === 'unreadable') return false
  const code = body?.kind === 'json' ? codeAt(body.value, config.errorField, config.invalidToken.errorCodes) : undefined
  return isTokenRefused({ status, challenges, code }, config)
}

/** Error codes of the challenges in an answer. */
export function challengeErrors(answer: Answer): readonly string[] {
  return parseChallenges(answer.header('www-authenticate')).flatMap(({ parameters }) => parameters['error'] ?? [])
}
