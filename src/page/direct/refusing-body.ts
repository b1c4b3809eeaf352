import { readJson } from '../../io/body.ts'
import type { DirectRules } from '../../protocol.ts'

/** A body is read only to judge it, up to so many bytes and ms: what is longer or slower is no refusal. */
const LONGEST_BYTES = 65_536
const LONGEST_MS = 2_000
/** One JSON text; no sequence and no lines of them. @see https://www.rfc-editor.org/rfc/rfc6839#section-3.1 */
const JSON_TYPE = /^\s*application\/(?!stream\+)([^\s;]+\+)?json\s*(;|$)/i

/**
 * Undefined for an answer that cannot be a refusal of the token; else the body that the engine judges it by, empty where its
 * status says enough. Not every success of a GraphQL server is worth a message to the worker.
 */
export async function refusingBody(
  response: Response,
  { statuses, errorCodes }: Pick<DirectRules, 'statuses' | 'errorCodes'>,
): Promise<string | undefined> {
  if (!statuses.includes(response.status)) return undefined
  if (errorCodes.length === 0) return ''
  const none = response.status < 300 ? undefined : ''
  if (!mayBeJson(response.headers.get('content-type'))) return none
  const body = await readJson(response.clone(), LONGEST_BYTES, LONGEST_MS)
  if (body.kind === 'unreadable') return undefined
  if (body.kind !== 'json') return none
  const text = JSON.stringify(body.value)
  return mayHaveCode(text, errorCodes) || none !== undefined ? text : undefined
}

export const mayBeJson = (contentType: string | null): boolean => JSON_TYPE.test(contentType ?? '')

/** Whether one of the codes is in a JSON text; a number is as good as a string. */
export const mayHaveCode = (text: string, codes: readonly string[]): boolean =>
  codes.some((code) => text.includes(JSON.stringify(code).slice(1, -1)))
