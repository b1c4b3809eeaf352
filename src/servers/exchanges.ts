import { urlIn } from './inputs.ts'
import type { DocumentedAnswer, Exchange, Json } from './known-server.ts'

/** The day on which the sources were read. */
export const READ = '2026-11-25'

/** A request to the API with this header, and its refusal. */
export const refused = (
  api: string,
  headers: Readonly<Record<string, string>>,
  answer: DocumentedAnswer,
): Exchange => ({ request: { method: 'GET', url: urlIn(api), headers }, answer })

/** A POST of JSON that is answered with JSON. */
export const posted = (url: string, json: Json, body: Json): Exchange => ({
  request: { method: 'POST', url, json },
  answer: { status: 200, body },
})

/** An error of Laravel for a request that accepts JSON. */
export const LARAVEL_UNAUTHENTICATED: DocumentedAnswer = { status: 401, body: { message: 'Unauthenticated.' } }
