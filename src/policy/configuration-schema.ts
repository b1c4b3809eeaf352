import * as v from 'valibot'
import { LONGEST_LIFETIME_SECONDS, TOKEN } from './tokens.ts'

// Imported for types only; the build makes the JSON Schema of it that the worker checks with. See docs/decisions/0001.

/** Checked by the function that `formats` has under this name. */
const format = (name: string) => v.pipe(v.string(), v.metadata({ format: name }))
const text = (pattern: RegExp, errorMessage: string) =>
  v.pipe(v.string(), v.regex(pattern), v.metadata({ errorMessage }))
const between = (least: number, most: number) => v.pipe(v.number(), v.minValue(least), v.maxValue(most))
const whole = (least: number, most: number) => v.pipe(between(least, most), v.integer())
const told = <const Schema extends v.GenericSchema>(description: string, schema: Schema) =>
  v.pipe(schema, v.description(description))

const word = v.pipe(
  v.string(),
  v.minLength(1),
  v.metadata({ errorMessage: 'Write at least one character, or leave the key out.' }),
)
const path = text(/^[^.]+(\.[^.]+)*$/, 'Write names joined by dots, as in "data.access_token".')
const pattern = format('resource-pattern')
const url = format('endpoint-url')
// Objects put keys of digits first, whatever the order of the file; and the first session is the default.
const sessionName = text(
  /^(?!(\d+|__proto__|prototype|constructor)$)[\w-]+$/,
  'Name the session with letters, digits, "_" and "-", not with digits alone, nor with a name that every object has.',
)

const patterns = v.array(pattern)
const codes = v.array(word)
const flag = (description: string) => v.optional(told(description, v.boolean()), false)

const refreshSchema = v.strictObject({
  url: told('The token endpoint.', url),
  method: v.optional(told('"GET" goes with the body "none".', v.picklist(['POST', 'GET'])), 'POST'),
  body: v.optional(
    told(
      '"form" as in RFC 6749 section 6, "json", or "none": the refresh token is in a cookie.',
      v.picklist(['form', 'json', 'none']),
    ),
    'form',
  ),
  tokenField: v.optional(told("The refresh token's name in the body.", word), 'refresh_token'),
  clientId: v.exactOptional(told('Sent as client_id.', word)),
  parameters: v.optional(told('Further fields of the body.', v.record(v.string(), v.string())), {}),
  headers: v.optional(
    told(
      'Further headers of the request.',
      v.record(
        format('refresh-header-name'),
        text(/^[\t -~\x80-\xff]*$/, 'Write text without line breaks and characters beyond Latin-1.'),
      ),
    ),
    {},
  ),
  credentials: v.optional(
    told('Whether cookies go with the request.', v.picklist(['omit', 'same-origin', 'include'])),
    'omit',
  ),
  timeoutSeconds: v.optional(told('After so long a try counts as failed.', between(1, 60)), 10),
})

const authorizationServerSchema = v.strictObject({
  issuer: told('As its metadata has it (RFC 8414).', format('issuer')),
  clientId: told('Of this site, at the authorization server.', word),
  redirectUri: told('The worker answers this navigation itself.', url),
  postSignOutRedirectUri: v.exactOptional(told('When given, signOut() also goes to the end-session endpoint.', url)),
  scope: v.exactOptional(told('What to ask for, parted by spaces.', v.string())),
  resource: v.optional(told('Resource indicators (RFC 8707).', v.array(word)), []),
  dpop: flag('Binds tokens to a key of this browser (RFC 9449).'),
})

const sessionSchema = v.strictObject({
  resources: told(
    "Which requests get the token: URLPattern strings, relative to the worker's origin.",
    v.pipe(patterns, v.minLength(1), v.metadata({ errorMessage: 'List at least one pattern, such as "/api/*".' })),
  ),
  except: v.optional(told("Taken out of the resources again; the session's own endpoints always are.", patterns), []),
  header: v.optional(told('The header that carries the access token.', format('header-name')), 'Authorization'),
  scheme: v.exactOptional(
    told(
      'What stands before the token; without it the token_type of the token response, else "Bearer".',
      text(TOKEN, 'Use letters, digits and "-", as a header has them.'),
    ),
  ),
  capture: v.optional(
    told(
      'Requests of the page whose response brings tokens: they are stored, and the page gets the response without them.',
      patterns,
    ),
    [],
  ),
  refresh: v.exactOptional(
    told('How a new access token is had, by hand. Excludes "authorizationServer".', refreshSchema),
  ),
  authorizationServer: v.exactOptional(
    told(
      'Sign-in and refresh by the metadata of the authorization server. Excludes "refresh".',
      authorizationServerSchema,
    ),
  ),
  tokenFields: v.optional(
    told(
      'Dot paths into a token response.',
      v.strictObject({
        accessToken: v.optional(told('The new access token.', path), 'access_token'),
        refreshToken: v.optional(told('The new refresh token.', path), 'refresh_token'),
        expiresIn: v.optional(told('Seconds that the access token lives.', path), 'expires_in'),
        tokenType: v.optional(told('The scheme that the token goes with.', path), 'token_type'),
        idToken: v.optional(told('The id token, for its claims.', path), 'id_token'),
      }),
    ),
    {},
  ),
  lifetimeSeconds: v.exactOptional(
    told(
      'Of an access token, when neither expires_in nor the JWT says.',
      v.pipe(
        v.number(),
        v.gtValue(0),
        v.maxValue(LONGEST_LIFETIME_SECONDS),
        v.metadata({ errorMessage: `Write a number of seconds over 0, up to ${LONGEST_LIFETIME_SECONDS}.` }),
      ),
    ),
  ),
  invalidToken: v.optional(
    told(
      'Which answers mean that the access token is no good; with codes, only those.',
      v.strictObject({
        statuses: v.optional(told('A 2xx needs codes.', v.array(whole(200, 599))), [401]),
        errorCodes: v.optional(told('At "errorField" of the body.', codes), []),
      }),
    ),
    {},
  ),
  sessionEnded: v.optional(
    told(
      'Which refresh answers end the session.',
      v.strictObject({ errorCodes: v.optional(told('At "errorField" of the body.', codes), ['invalid_grant']) }),
    ),
    {},
  ),
  errorField: v.optional(told('Dot path of the code in a JSON error body.', path), 'error'),
  destinations: v.optional(
    told('No-cors destinations that get the token too.', v.array(v.picklist(['image', 'audio', 'video', 'track']))),
    ['image', 'audio', 'video', 'track'],
  ),
  navigations: flag("The same for GET navigations and downloads; never a form's POST."),
  maxReplayBytes: v.optional(
    told('A larger body is sent once, after a refresh if one is near.', whole(0, Number.MAX_SAFE_INTEGER)),
    5_242_880,
  ),
  storage: v.optional(told('"memory": gone when the worker stops.', v.picklist(['indexeddb', 'memory'])), 'indexeddb'),
  exposeAccessToken: flag('Allows getAccessToken(), for WebSockets and other SDKs.'),
  revoke: v.exactOptional(told('The revocation endpoint (RFC 7009), called at sign-out.', url)),
})

/** The configuration file: its types, its checks in the worker, and the JSON Schema for editors. */
export const configurationSchema = v.strictObject({
  $schema: v.exactOptional(told('Where this JSON Schema is, for editors.', v.string())),
  sessions: told(
    'By name; the first is the default, and the first that matches a request wins.',
    v.pipe(
      v.record(sessionName, sessionSchema),
      v.minEntries(1),
      v.metadata({ errorMessage: 'Describe at least one session, under its name.' }),
    ),
  ),
})

type Deep<T> = T extends object ? { readonly [Key in keyof T]: Deep<T[Key]> } : T
export type SessionConfiguration = { readonly name: string } & Deep<v.InferOutput<typeof sessionSchema>>
export type RefreshConfiguration = Deep<v.InferOutput<typeof refreshSchema>>
export type AuthorizationServerConfiguration = Deep<v.InferOutput<typeof authorizationServerSchema>>
export type TokenFields = SessionConfiguration['tokenFields']
/** What is left of a file once it is checked and its defaults are filled in. */
export type CheckedFile = Deep<v.InferOutput<typeof configurationSchema>>
