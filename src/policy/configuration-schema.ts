import * as v from 'valibot'
import { checkPattern, checkUrl } from './patterns.ts'
import { LONGEST_LIFETIME_SECONDS, TOKEN } from './tokens.ts'

/** What a page may not set. @see https://fetch.spec.whatwg.org/#forbidden-request-header */
const FORBIDDEN_HEADER = /^(connection|content-length|cookie2?|date|host|origin|referer|set-cookie|te|trailer|transfer-encoding|upgrade|via|(proxy|sec)-.*)$/i

const checked = (check: (text: string) => string | undefined) =>
  v.pipe(v.string(), v.check((text) => !check(text), (issue) => check(issue.input) ?? ''))
const word = checked((text) => (text ? undefined : 'Write at least one character, or leave the key out.'))
const path = checked((text) => (/^[^.]+(\.[^.]+)*$/.test(text) ? undefined : 'Write names joined by dots, as in "data.access_token".'))
const token = checked((text) => (TOKEN.test(text) ? undefined : 'Use letters, digits and "-", as a header has them.'))
const headerName = checked((text) => (TOKEN.test(text) && !FORBIDDEN_HEADER.test(text) ? undefined : 'Name another header: the browser lets no script set this one.'))
const refreshHeaderName = checked((text) =>
  TOKEN.test(text) && !FORBIDDEN_HEADER.test(text) && !/^authorization$/i.test(text) ? undefined : 'Take this header out: the browser or the worker sets it, or its name is none.')
const headerValue = checked((text) => (/^[\t -~\x80-\xff]*$/.test(text) ? undefined : 'Take out line breaks and characters beyond Latin-1.'))
const pattern = checked(checkPattern)
const url = checked(checkUrl)
const issuer = checked((text) => (text[0] === '/' ? 'Write the whole URL, as the metadata has it.' : checkUrl(text)))
// Objects put keys of digits first, whatever the order of the file; and the first session is the default.
const sessionName = checked((text) => (/^(?!\d+$)[\w-]+$/.test(text) ? undefined : 'Name the session with letters, digits, "_" and "-", and not with digits alone.'))

const patterns = v.array(pattern)
const codes = v.array(word)
const flag = v.optional(v.boolean(), false)
const between = (least: number, most: number) => v.pipe(v.number(), v.minValue(least), v.maxValue(most))

const refreshSchema = v.strictObject({
  url,
  method: v.optional(v.picklist(['POST', 'GET']), 'POST'),
  body: v.optional(v.picklist(['form', 'json', 'none']), 'form'),
  tokenField: v.optional(word, 'refresh_token'),
  clientId: v.exactOptional(word),
  parameters: v.optional(v.record(v.string(), v.string()), {}),
  headers: v.optional(v.record(refreshHeaderName, headerValue), {}),
  credentials: v.optional(v.picklist(['omit', 'same-origin', 'include']), 'omit'),
  timeoutSeconds: v.optional(between(1, 60), 10),
})

const authorizationServerSchema = v.strictObject({
  issuer,
  clientId: word,
  redirectUri: url,
  postSignOutRedirectUri: v.exactOptional(url),
  scope: v.exactOptional(v.string()),
  resource: v.optional(v.array(word), []),
  dpop: flag,
})

const sessionSchema = v.strictObject({
  resources: v.pipe(patterns, v.minLength(1, 'List at least one pattern, such as "/api/*".')),
  except: v.optional(patterns, []),
  header: v.optional(headerName, 'Authorization'),
  scheme: v.exactOptional(token),
  capture: v.optional(patterns, []),
  refresh: v.exactOptional(refreshSchema),
  authorizationServer: v.exactOptional(authorizationServerSchema),
  tokenFields: v.optional(v.strictObject({
    accessToken: v.optional(path, 'access_token'),
    refreshToken: v.optional(path, 'refresh_token'),
    expiresIn: v.optional(path, 'expires_in'),
    tokenType: v.optional(path, 'token_type'),
    idToken: v.optional(path, 'id_token'),
  }), {}),
  lifetimeSeconds: v.exactOptional(v.pipe(v.number(), v.gtValue(0), v.maxValue(LONGEST_LIFETIME_SECONDS))),
  invalidToken: v.optional(v.strictObject({
    statuses: v.optional(v.array(v.pipe(between(200, 599), v.integer())), [401]),
    errorCodes: v.optional(codes, []),
  }), {}),
  sessionEnded: v.optional(v.strictObject({ errorCodes: v.optional(codes, ['invalid_grant']) }), {}),
  errorField: v.optional(path, 'error'),
  destinations: v.optional(v.array(v.picklist(['image', 'audio', 'video', 'track'])), ['image', 'audio', 'video', 'track']),
  navigations: flag,
  maxReplayBytes: v.optional(v.pipe(between(0, Number.MAX_SAFE_INTEGER), v.integer()), 5_242_880),
  storage: v.optional(v.picklist(['indexeddb', 'memory']), 'indexeddb'),
  exposeAccessToken: flag,
  revoke: v.exactOptional(url),
})

/** The configuration file: its types, its checks, and the JSON Schema that the build makes. */
export const configurationSchema = v.strictObject({
  $schema: v.exactOptional(v.string()),
  sessions: v.pipe(v.record(sessionName, sessionSchema), v.minEntries(1, 'Describe at least one session.')),
})

type Deep<T> = T extends object ? { readonly [Key in keyof T]: Deep<T[Key]> } : T
export type SessionConfiguration = { readonly name: string } & Deep<v.InferOutput<typeof sessionSchema>>
export type RefreshConfiguration = Deep<v.InferOutput<typeof refreshSchema>>
export type AuthorizationServerConfiguration = Deep<v.InferOutput<typeof authorizationServerSchema>>
export type TokenFields = SessionConfiguration['tokenFields']
