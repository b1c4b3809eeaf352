import { readPath } from './paths.ts'
import { resolvedPath } from './server-paths.ts'

/** A mistake, by the keys that lead to it. */
export type Mistake = readonly [keys: readonly string[], message: string]

/** Of each of these, a session has one at most. */
const EXCLUSIVE = [
  ['refresh', 'authorizationServer', 'vault'],
  ['revoke', 'signOut'],
  ['vault', 'revoke'],
  ['vault', 'signOut'],
]
/** Statuses that mean "try later"; they never end a session. */
const FOR_NOW = [408, 425, 429]

/** Mistakes of a session that only two keys together make, or that no schema can say. It may be anything that JSON is. */
export function contradictions(session: unknown): Mistake[] {
  const at = (key: string): unknown => readPath(session, key)
  const list = (key: string): readonly unknown[] => (Array.isArray(at(key)) ? (at(key) as unknown[]) : [])
  const found: Mistake[] = EXCLUSIVE.flatMap((keys) => {
    const [first, ...others] = keys.filter((key) => at(key) !== undefined)
    return others.map((key): Mistake => [[key], `Keep either "${first}" or "${key}": they exclude each other.`])
  })
  if (
    list('invalidToken.statuses').some((status) => /^2\d\d$/.test(`${status}`)) &&
    !list('invalidToken.errorCodes').length
  )
    found.push([
      ['invalidToken', 'errorCodes'],
      'List the codes that mean a refused token, such as ["UNAUTHENTICATED"]: a 2xx status alone says nothing.',
    ])
  for (const [index, status] of list('sessionEnded.statuses').entries())
    if (FOR_NOW.includes(status as number))
      found.push([
        ['sessionEnded', 'statuses', `${index}`],
        `Take ${status} out: it speaks of time or load. If your server means the end by it, list its code in "errorCodes".`,
      ])
  if (at('vault') !== undefined)
    for (const [index, entry] of list('resources').entries())
      if (typeof entry === 'object')
        found.push([
          ['resources', `${index}`],
          'Write the pattern alone, such as "/api/*": a vault hands over one access token, with no "resource" or "scope" of its own.',
        ])
  if (at('direct') === true) found.push(...againstDirect(at('storage'), at('header')))
  return [
    ...found,
    ...wrongMetadata(at('authorizationServer')),
    ...wrongSource(at('refresh')),
    ...['refresh', 'signOut'].flatMap((key) =>
      wrongCall(at(key)).map(([keys, message]): Mistake => [[key, ...keys], message]),
    ),
  ]
}

/** A page can send a request itself where it can read the token, and where the browser takes the header off at a redirect to another origin. */
function againstDirect(storage: unknown, header: unknown): Mistake[] {
  const found: Mistake[] = []
  if (storage === 'memory')
    found.push([
      ['direct'],
      'Take "direct" out, or "storage": "memory": what is in the memory of the worker comes to no page.',
    ])
  if (typeof header === 'string' && header.toLowerCase() !== 'authorization')
    found.push([
      ['direct'],
      `Take "direct" out, or "header": a browser takes only "Authorization" off where a redirect leads to another origin, and a page cannot prevent that "${header}" goes along.`,
    ])
  return found
}

/** What is written out in place of the metadata: of the same issuer, and as safe as it. */
function wrongMetadata(server: unknown): Mistake[] {
  const { issuer, metadata } = Object(server)
  const found: Mistake[] = []
  const tell = (name: string, message: string) => found.push([['authorizationServer', 'metadata', name], message])
  for (const [name, value] of Object.entries(Object(metadata) as Record<string, unknown>))
    if (name === 'issuer' && value !== issuer)
      tell(
        name,
        'Write the same issuer here and beside "metadata", or leave it out here: metadata of another issuer are refused (RFC 8414).',
      )
    else if (/^http:/i.test(`${value}`) && /^https:/i.test(`${issuer}`))
      tell(
        name,
        'Write "https://…", or an issuer of plain http as well, as in "issuer": "http://localhost:8080": where the issuer is https, its endpoints are.',
      )
  return found
}

/** `url` or `by`, and nothing of a request with the latter. */
function wrongSource(refresh: unknown): Mistake[] {
  if (typeof refresh !== 'object' || !refresh || Array.isArray(refresh)) return []
  if (readPath(refresh, 'by') === undefined)
    return readPath(refresh, 'url') === undefined
      ? [[['refresh', 'url'], 'Missing: add the endpoint, such as "url": "/api/token/refresh", or write "by": "page".']]
      : []
  return Object.keys(refresh)
    .filter((key) => !['by', 'timeoutSeconds', 'tokenFields'].includes(key))
    .map(
      (key): Mistake => [
        ['refresh', key],
        'Take this out: with "by": "page" no request is sent, since code of the page brings the tokens. "timeoutSeconds" and "tokenFields" may stay.',
      ],
    )
}

/** What a request that is described by hand cannot have. */
function wrongCall(call: unknown): Mistake[] {
  const found: Mistake[] = []
  const body = readPath(call, 'body')
  const fields: Record<string, unknown> = Object(readPath(call, 'parameters'))
  if (readPath(call, 'method') === 'GET' && body !== 'none')
    found.push([['body'], 'Write "body": "none": a GET has no body.'])
  if (body === 'none')
    for (const key of ['parameters', 'tokenField', 'clientId'])
      if (Object.keys(Object(readPath(call, key))).length)
        found.push([
          [key],
          `Take this out, or send a body, with "method": "POST" and "body": "json" or "form": with "none" it would be dropped.`,
        ])
  if (body === 'form' || body === undefined)
    for (const [name, value] of Object.entries(fields))
      if (typeof value !== 'string')
        found.push([
          ['parameters', name],
          'Write a string, as in "true" or "1", or write "body": "json": a form has strings only.',
        ])
  const names = Object.keys(Object(readPath(call, 'headers')))
  for (const [index, name] of names.entries())
    if (names.findIndex((each) => each.toLowerCase() === name.toLowerCase()) < index)
      found.push([['headers', name], 'Keep one of these headers: their names differ only in upper and lower case.'])
  return found
}

/**
 * Users who come back to one URL from two servers: one could answer as if it were the other.
 * @see https://www.rfc-editor.org/rfc/rfc9207#section-1
 */
export function sharedRedirectUris(sessions: Readonly<Record<string, unknown>>): Mistake[] {
  const seen: { name: string; issuer: unknown; path: string; saysIssuer: boolean }[] = []
  const found: Mistake[] = []
  for (const [name, session] of Object.entries(sessions)) {
    const { issuer, redirectUri, metadata } = Object(readPath(session, 'authorizationServer'))
    if (typeof redirectUri !== 'string') continue
    // A redirectUri of another origin than the worker's is refused elsewhere, and query and fragment are not compared.
    const path = resolvedPath(redirectUri.replace(/^https?:..[^/?#]*/i, '').replace(/[?#].*/s, ''))
    const saysIssuer = readPath(metadata, 'authorization_response_iss_parameter_supported') === true
    const other = seen.find((each) => each.path === path && each.issuer !== issuer && !(each.saysIssuer && saysIssuer))
    if (other)
      found.push([
        [name, 'authorizationServer', 'redirectUri'],
        `Write a redirectUri of its own, such as "/signed-in/${name}": session "${other.name}" has this one for another issuer, so one server could answer for the other. Or write "metadata" with "authorization_response_iss_parameter_supported": true in both, if both servers send "iss" (RFC 9207).`,
      ])
    seen.push({ name, issuer, path, saysIssuer })
  }
  return found
}
