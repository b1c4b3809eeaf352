import type { JsonSchema } from '../../policy/check-schema.ts'
import { nearest, plain, slipOf } from '../nearest.ts'
import { listed, quoted } from './quoted.ts'
import { fits, ownersOf } from './schema-branches.ts'

/** A key that the schema does not have, and the one that is meant, where that is clear. */
export interface UnknownKey {
  readonly message: string
  readonly meant?: string
}

/** Other libraries' words for our keys. */
const OTHER_WORDS: Readonly<Record<string, readonly string[]>> = {
  resources: [
    'urls',
    'url',
    'routes',
    'paths',
    'endpoints',
    'protected',
    'include',
    'includes',
    'match',
    'patterns',
    'api',
  ],
  except: ['exclude', 'excludes', 'excluded', 'ignore', 'skip', 'public', 'not'],
  capture: ['login', 'signIn', 'intercept', 'loginUrl'],
  scheme: ['prefix', 'tokenPrefix', 'tokenType', 'authScheme'],
  refresh: ['refreshToken', 'refreshUrl', 'renew', 'tokenEndpoint'],
  authorizationServer: ['oauth', 'oidc', 'openid', 'auth', 'provider', 'server'],
  issuer: ['authority', 'domain', 'iss'],
  clientId: ['client'],
  redirectUri: ['redirectUrl', 'redirect', 'callback', 'callbackUrl'],
  postSignOutRedirectUri: ['postLogoutRedirectUri', 'postLogoutRedirectUrl', 'logoutRedirectUri'],
  scope: ['scopes'],
  url: ['uri', 'endpoint', 'href', 'path', 'tokenUrl'],
  parameters: ['params', 'data', 'fields', 'extraParams'],
  method: ['verb'],
  tokenField: ['field', 'refreshTokenField'],
  tokenFields: ['fields', 'mapping', 'tokens'],
  timeoutSeconds: ['timeout', 'timeoutMs'],
  lifetimeSeconds: ['lifetime', 'expiresIn', 'ttl', 'maxAge'],
  accessToken: ['access', 'token', 'jwt'],
  refreshToken: ['refresh'],
  expiresIn: ['expires', 'expiry', 'exp'],
  errorCodes: ['codes', 'errors', 'code'],
  statuses: ['status', 'statusCodes', 'codes'],
  signOut: ['logout'],
  revoke: ['revocation', 'revocationEndpoint', 'logout', 'signOut'],
  sessions: ['session'],
  at: ['path', 'field', 'key', 'name', 'from'],
  in: ['unit', 'units', 'as', 'format'],
}

/** Parameters of the protocol, which have an object of their own in ours. */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  parameters: [
    'scope',
    'scopes',
    'resource',
    'audience',
    'prompt',
    'login_hint',
    'domain_hint',
    'acr_values',
    'max_age',
    'ui_locales',
    'access_type',
    'connection',
    'organization',
    'identity_provider',
  ],
  signOutParameters: ['logout_uri', 'logout_hint', 'federated', 'returnTo'],
}

/** Keys of other libraries for the query of a URL. */
const QUERY = ['query', 'queryParams', 'queryParameters', 'searchParams', 'qs']

/** Keys that people write for a comment. `_refresh` is a key that was taken out of use. */
const COMMENT = /^(\/\/|#)|^[_$]*(comments?|notes?|remarks?|docs?|description|todo)([-_\s\d]|$)/i

/** Names the key that is meant, or the place where it belongs. @param siblings the keys that stand beside it */
export function explainUnknownKey(key: string, value: unknown, schema: JsonSchema, root: JsonSchema): UnknownKey {
  const known = Object.keys(schema.properties ?? {})
  if (COMMENT.test(key) && !known.includes(key))
    return {
      message: `Take out ${quoted(key)}: this file has no comments, and no keys for them. A file beside it has room for notes, such as README.md.`,
    }
  if (known.includes('accessToken')) {
    const field = responseField(key, value, known)
    if (field) return field
  }
  const moved = elsewhere(key, value, known)
  if (moved !== undefined) return { message: moved }
  const other = Object.keys(OTHER_WORDS).find(
    (each) => known.includes(each) && OTHER_WORDS[each]!.some((word) => same(word, key)),
  )
  const meant = known.find((each) => same(each, key)) ?? slip(key, value, schema) ?? other
  if (meant !== undefined) return didYouMean(key, meant)
  const owners = ownersOf(key, root)
  if (owners.length > 0)
    return {
      message: `The key ${quoted(key)} does not belong here: it is a key of ${owners.map(owner).join(' and of ')}.`,
    }
  const close = nearest(key, known)
  if (close !== undefined) return didYouMean(key, close)
  return {
    message: `Unknown key ${quoted(key)}: take it out.${known.length <= 8 ? ` The keys here are ${listed(known, 'and')}.` : ''}`,
  }
}

/** Where a key stands that is a name of the protocol's; undefined for any other. */
function elsewhere(key: string, value: unknown, known: readonly string[]): string | undefined {
  if (same(key, 'clientSecret'))
    return `Take ${quoted(key)} out: what a browser has is no secret. Register a public client at the server, which has none.`
  if (same(key, 'grantType') && known.includes('tokenField'))
    return `Take ${quoted(key)} out: with "body": "form" it is sent without being written. With "body": "json" it is written as "parameters": { "grant_type": "refresh_token" }.`
  if (known.includes('url') && known.includes('parameters') && QUERY.some((name) => same(name, key)))
    return `Take ${quoted(key)} out, and write the query at the end of "url", as in "url": "/api/token/refresh?${queryOf(value)}".`
  const [owner] = Object.entries(PARAMETERS).find(([, names]) => names.some((name) => same(name, key))) ?? []
  return owner !== undefined && known.includes(owner)
    ? `Put ${quoted(key)} into ${quoted(owner)}: "${owner}": { ${quoted(same(key, 'scopes') ? 'scope' : key)}: ${quoted(spaced(key, value))} }.`
    : undefined
}

/** Several scopes are one text. @see https://www.rfc-editor.org/rfc/rfc6749#section-3.3 */
const spaced = (key: string, value: unknown): unknown =>
  /^scopes?$/i.test(key) && Array.isArray(value) ? value.join(' ') : value

/** `a=1&b=2`, of an object or a text. */
function queryOf(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value.replace(/^\?/, '')
  const pairs = Object.entries(Object(value) as Readonly<Record<string, unknown>>)
  const query = new URLSearchParams(pairs.map(([name, each]) => [name, `${each}`]))
  return pairs.length > 0 && !Array.isArray(value) ? `${query}` : 'mode=json'
}

const didYouMean = (key: string, meant: string): UnknownKey => ({
  message: `Unknown key ${quoted(key)}: did you mean ${quoted(meant)}?`,
  meant,
})

/** A key with one letter wrong, if the value is one for it: `tokenField` with a text is no slip of `tokenFields`. */
function slip(key: string, value: unknown, { properties = {} }: JsonSchema): string | undefined {
  const close = slipOf(key, Object.keys(properties))
  return close !== undefined && (fits(properties[close]!, value) || fits(properties[close]!, [value]))
    ? close
    : undefined
}

/** `"access_token": "data.token"`, or the two sides of a field exchanged: our name stands on the left, the server's on the right. */
function responseField(key: string, value: unknown, known: readonly string[]): UnknownKey | undefined {
  const meant = known.find((each) => same(each, key))
  const sides = "our name stands on the left, your server's on the right"
  if (meant !== undefined)
    return { message: `Write ${quoted(meant)}: ${quoted(value)}, not ${quoted(key)}: ${sides}.`, meant }
  if (typeof value !== 'string') return undefined
  const exchanged = known.find((each) => same(each, value))
  return exchanged === undefined
    ? undefined
    : { message: `Write ${quoted(exchanged)}: ${quoted(key)}, the other way round: ${sides}.` }
}

const same = (one: string, other: string) => plain(one) === plain(other)
const owner = (name: string) => (name.includes(' ') ? name : quoted(name))
