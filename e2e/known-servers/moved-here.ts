/** Documented URLs name servers of the internet: here each of their origins is another one, a server of the test. */
import type { Json, JsonObject, KnownServer, ServerAnswers } from '../../src/servers/known-server.ts'
import { exampleInputs } from '../../src/servers/known-server.ts'

/** The site's own origin in the examples. */
export const EXAMPLE_SITE = 'https://app.example.com'

export interface Moved {
  readonly configuration: JsonObject
  readonly answers: ServerAnswers
}

/** The configuration and the answers of a server, with its origins replaced. */
export function moved(server: KnownServer, origins: ReadonlyMap<string, string>): Moved {
  const inputs = exampleInputs(server)
  const now = Math.floor(Date.now() / 1000)
  const move = (text: string): string => {
    const plain = [...origins].reduce((moving, [from, to]) => moving.replaceAll(from, to), text)
    return plain.replace(/(eyJ[\w-]+)\.(eyJ[\w-]+)\.([\w-]+)/g, (_, header: string, payload: string, end: string) =>
      [header, encoded(inEveryText(decoded(payload), move)), end].join('.'),
    )
  }
  return {
    configuration: inEveryText(server.configuration(inputs), move) as JsonObject,
    answers: inEveryText(server.answers(inputs, now) as unknown as Json, move) as unknown as ServerAnswers,
  }
}

/** The origins that requests of the configuration and of the documented exchanges go to, without the site's own. */
export function originsOf(server: KnownServer): readonly string[] {
  const inputs = exampleInputs(server)
  const text = JSON.stringify([server.configuration(inputs), server.answers(inputs, 0)])
  const found = [...text.matchAll(/"(https:\/\/[^/"]+)/g)].map(([, origin = '']) => origin)
  return [...new Set(found)].filter((origin) => origin !== EXAMPLE_SITE)
}

/** An ID token for the sign-in with this `nonce`. The worker checks no signature: it got the token from the token endpoint itself. */
export function withNonce(idToken: string, nonce: string): string {
  const [, payload = '', signature = ''] = idToken.split('.')
  return [
    encoded({ alg: 'RS256', typ: 'JWT' }),
    encoded({ ...(decoded(payload) as JsonObject), nonce }),
    signature,
  ].join('.')
}

function inEveryText(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((each) => inEveryText(each, change))
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inEveryText(each as Json, change)]))
}

const decoded = (part: string): Json => JSON.parse(Buffer.from(part, 'base64url').toString()) as Json
const encoded = (value: Json): string => Buffer.from(JSON.stringify(value)).toString('base64url')
