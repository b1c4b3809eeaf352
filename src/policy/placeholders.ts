import type { RefreshConfiguration, SignOutConfiguration } from './normalize.ts'

/** Where placeholders may stand: `refresh` and `signOut`, so that no token goes anywhere but to the session's own endpoints. */
type Call = Pick<RefreshConfiguration | SignOutConfiguration, 'headers' | 'parameters'>

/** What placeholders stand for, as far as it is there. */
export interface Secrets {
  readonly refreshToken?: string | undefined
  readonly accessToken?: string | undefined
  /** By name, as the cookie header has them. */
  readonly cookies?: Readonly<Record<string, string | undefined>> | undefined
}

/** What a call names by placeholders. */
export interface Named {
  readonly refreshToken: boolean
  readonly accessToken: boolean
  readonly cookies: readonly string[]
}

const NOTHING_NAMED: Named = { refreshToken: false, accessToken: false, cookies: [] }

/** A placeholder, or what tells whether the next one is one. A cookie's name is a token. @see https://www.rfc-editor.org/rfc/rfc6265#section-4.1.1 */
const PLACEHOLDER = /\{(refreshToken|accessToken|cookie:([!#$%&'*+.^`|~\w-]+))\}|[{}"]/g
/** @see https://fetch.spec.whatwg.org/#header-value */
const HEADER_VALUE = /^[\t -~\x80-\xff]*$/

/** The tokens and cookies that have to be known before this call is sent. */
export function namedBy({ headers, parameters }: Call): Named {
  // As text first: each start of a worker asks for this, and compiling the expression would cost it more than all else here.
  const text = JSON.stringify([headers, parameters])
  if (!['{refreshToken}', '{accessToken}', '{cookie:'].some((start) => text.includes(start))) return NOTHING_NAMED
  const names = new Set<string>()
  const cookies = new Set<string>()
  JSON.stringify([headers, parameters], (_, value: unknown) => {
    if (typeof value === 'string')
      replacePlaceholders(value, (name, cookie) => {
        if (cookie === undefined) names.add(name)
        else cookies.add(cookie)
        return ''
      })
    return value
  })
  return { refreshToken: names.has('refreshToken'), accessToken: names.has('accessToken'), cookies: [...cookies] }
}

/** Headers, with their names in lower case, and parameters of a call. What names something that is not there is left out. */
export function filled(
  { headers, parameters }: Call,
  secrets: Secrets,
): { readonly headers: Record<string, string>; readonly parameters: Record<string, unknown> } {
  const fill = (value: unknown): unknown => {
    if (typeof value === 'string') return fillText(value, secrets)
    if (Array.isArray(value)) return value.map(fill).filter((each) => each !== undefined)
    return typeof value === 'object' && value ? fillMembers(value) : value
  }
  const fillMembers = (members: object): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(members)
        .map(([key, value]) => [key, fill(value)] as const)
        .filter(([, value]) => value !== undefined),
    )
  const usable = Object.entries(headers).flatMap(([name, value]) => {
    const text = fillText(value, secrets)
    return text !== undefined && HEADER_VALUE.test(text) ? [[name.toLowerCase(), text] as const] : []
  })
  return { headers: Object.fromEntries(usable), parameters: fillMembers(parameters) }
}

/** In one pass, so that nothing that a cookie says is read as a placeholder. Undefined where something is not there. */
function fillText(text: string, { cookies = {}, ...tokens }: Secrets): string | undefined {
  let isComplete = true
  const complete = replacePlaceholders(text, (name, cookie) => {
    const value =
      cookie === undefined
        ? tokens[name as 'refreshToken' | 'accessToken']
        : decoded(Object.hasOwn(cookies, cookie) ? cookies[cookie] : undefined)
    isComplete &&= value !== undefined && value !== ''
    return value ?? ''
  })
  return isComplete ? complete : undefined
}

/**
 * Replaces each placeholder of a text. In a GraphQL document `{accessToken}` may be a selection: inside other braces, only what
 * stands between quotes is a placeholder.
 */
function replacePlaceholders(text: string, replacement: (name: string, cookie: string | undefined) => string): string {
  let depth = 0
  let isQuoted = false
  return text.replace(PLACEHOLDER, (part: string, name?: string, cookie?: string) => {
    if (name !== undefined) return depth <= 0 || isQuoted ? replacement(name, cookie) : part
    if (part === '"') isQuoted = !isQuoted
    else if (!isQuoted) depth += part === '{' ? 1 : -1
    return part
  })
}

/** Frameworks percent-encode cookies, and compare the header with what was encoded. */
function decoded(cookie: string | undefined): string | undefined {
  try {
    return cookie && decodeURIComponent(cookie)
  } catch {
    return cookie
  }
}

/** The cookies of these names in `document.cookie`. @see https://html.spec.whatwg.org/multipage/dom.html#dom-document-cookie */
export function cookiesIn(documentCookie: string, names: readonly string[]): Record<string, string> {
  const pairs = documentCookie.split(';').map((pair) => {
    const at = pair.indexOf('=')
    return [pair.slice(0, Math.max(at, 0)).trim(), pair.slice(at + 1).trim()] as const
  })
  // The first of a name is the one of the longest path. https://www.rfc-editor.org/rfc/rfc6265#section-5.4
  return Object.fromEntries(pairs.filter(([name]) => names.includes(name)).reverse())
}
