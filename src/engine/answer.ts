import { parseChallenges } from '../policy/challenge.ts'
import type { SessionConfiguration } from '../policy/configuration.ts'
import { codeAt } from '../policy/paths.ts'
import { isTokenRefused, looksRefused, needsBody } from '../policy/refusal.ts'
import { type BodyRead, readJson } from '../io/body.ts'
import type { ReceivedAnswer } from '../protocol.ts'

/** A body is read only to judge it, up to so many bytes and ms: what is longer or slower is no refusal. */
const LONGEST_JUDGED_BYTES = 65_536
const LONGEST_JUDGED_MS = 2_000
/** One JSON text; no sequence and no lines of them. @see https://www.rfc-editor.org/rfc/rfc6839#section-3.1 */
const JSON_TYPE = /^\s*application\/(?!stream\+)([^\s;]+\+)?json\s*(;|$)/i

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
    read: () => readJson(response.clone(), LONGEST_JUDGED_BYTES, LONGEST_JUDGED_MS),
  }
}

/** The answer that a page received to an attempt of its own. */
export function receivedAnswer({ status, headers, body }: ReceivedAnswer): Answer {
  return {
    status,
    header: (name) => headers[name] ?? null,
    async read() {
      if (body === undefined) return { kind: 'empty' }
      if (body.length > LONGEST_JUDGED_BYTES) return { kind: 'unreadable' }
      try {
        return { kind: 'json', value: JSON.parse(body) as unknown }
      } catch {
        return { kind: 'not-json' }
      }
    },
  }
}

/** Whether an answer says that the access token is not valid. */
export async function isRefused(answer: Answer, config: SessionConfiguration): Promise<boolean> {
  const { status } = answer
  if (!looksRefused(status, config)) return false
  const challenges = parseChallenges(answer.header('www-authenticate'))
  if (!needsBody(config)) return isTokenRefused({ status, challenges }, config)
  const isJson = JSON_TYPE.test(answer.header('content-type') ?? '')
  const body: BodyRead = isJson ? await answer.read() : { kind: 'not-json' }
  if (body.kind === 'unreadable') return false
  const code = body.kind === 'json' ? codeAt(body.value, config.errorField, config.invalidToken.errorCodes) : undefined
  return isTokenRefused({ status, challenges, code }, config)
}

/** Error codes of the challenges in an answer. */
export function challengeErrors(answer: Answer): readonly string[] {
  return parseChallenges(answer.header('www-authenticate')).flatMap(({ parameters }) => parameters['error'] ?? [])
}
