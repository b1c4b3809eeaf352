import * as v from 'valibot'
import { authorizationServerSchema, refreshSchema, signOutSchema } from './endpoint-schema.ts'
import { codes, flag, format, headerValue, key, oneOf, pattern, text, url, whole, type Deep } from './schema-parts.ts'
import { resourceSchema } from './resource-schema.ts'
import { socketSchema } from './socket-schema.ts'
import { errorField, ownTokenFieldsSchema, tokenFieldsSchema } from './token-fields-schema.ts'
import { LONGEST_LIFETIME_SECONDS } from './tokens.ts'

// Imported for types only; the build makes the JSON Schema of it that the worker checks with. See docs/decisions/0001.

// Objects put keys of digits first, whatever the order of the file; and the first session is the default.
const sessionName = text(
  /^(?!(\d+|__proto__|prototype|constructor)$)[\w-]+$/,
  'Name the session with letters, digits, "_" and "-", not with digits alone, nor with a name that every object has.',
)
const patterns = v.array(pattern)

const captureSchema = oneOf(
  'Write a pattern such as "/api/login", or { "url": "/graphql", "tokenFields": { "accessToken": "data.login.token" } }.',
  [
    pattern,
    v.strictObject({
      url: key('The pattern of the request.', '/graphql', pattern),
      tokenFields: v.exactOptional(
        key(
          'Where tokens are in this answer; what is left out is as in the session. Needed where the answer has fields of its own.',
          { accessToken: 'data.login.token' },
          ownTokenFieldsSchema,
        ),
      ),
    }),
  ],
)

const invalidTokenSchema = v.strictObject({
  statuses: v.optional(
    key(
      'The statuses of such answers; a 2xx needs codes. Needed where the server answers otherwise than with 401.',
      [401, 403],
      v.array(v.pipe(whole(200, 599), v.metadata({ errorMessage: 'Write a status from 200 to 599, such as 401.' }))),
    ),
    [401],
  ),
  errorCodes: v.optional(
    key(
      'Codes at "errorField"; with codes, only those count. Needed where a 401 can mean something else, and for GraphQL.',
      ['UNAUTHENTICATED'],
      codes,
    ),
    [],
  ),
})

const sessionEndedSchema = v.strictObject({
  errorCodes: v.optional(
    key(
      'Codes at "errorField" that end the session; "invalid_grant" always does.',
      ['ERROR_INVALID_REFRESH_TOKEN'],
      codes,
    ),
    ['invalid_grant'],
  ),
  statuses: v.optional(
    key(
      'Statuses that end the session where the answer has no code that says otherwise; [] means codes only. Needed where the server uses them for something else.',
      [401],
      v.array(
        v.pipe(
          whole(400, 499),
          v.metadata({
            errorMessage:
              'Write a status from 400 to 499, such as 403. A 5xx never ends a session: list its code in "errorCodes".',
          }),
        ),
      ),
    ),
    [400, 401],
  ),
})

const sessionSchema = v.strictObject({
  resources: key(
    "Which requests get the token: URLPattern strings, relative to the worker's origin. The first that matches counts. An object asks for an access token of its own for that API, from the same sign-in.",
    [
      '/api/*',
      'https://api.example.com/v1/*',
      { url: 'https://graph.example.com/*', resource: 'https://graph.example.com', scope: 'mail.read' },
    ],
    v.pipe(
      v.array(resourceSchema),
      v.minLength(1),
      v.metadata({ errorMessage: 'List at least one pattern, such as "/api/*".' }),
    ),
  ),
  except: v.optional(
    key(
      "Patterns that are taken out of the resources again; the session's own endpoints always are. Needed where a part of the API is public.",
      ['/api/public/*'],
      patterns,
    ),
    [],
  ),
  header: v.optional(
    key(
      'The header that carries the access token. Needed where the server reads another.',
      'X-Auth-Token',
      format('header-name'),
    ),
    'Authorization',
  ),
  scheme: v.exactOptional(
    key(
      'What stands before the token; "" for the bare token. Without it the token_type of the token response, else "Bearer". Needed where the server wants another.',
      'JWT',
      format('scheme'),
    ),
  ),
  replaces: v.optional(
    key(
      'Values of the header that count as none. Needed where an SDK of the page always sets one, such as a public key.',
      ['Bearer public-anon-key'],
      v.array(
        v.pipe(
          headerValue,
          v.minLength(1),
          v.metadata({
            errorMessage:
              'Write a value that the page sends, such as "Bearer public-anon-key": not empty, and no characters beyond Latin-1.',
          }),
        ),
      ),
    ),
    [],
  ),
  capture: v.optional(
    key(
      'Requests of the page whose answer brings tokens: they are stored, and the page gets the answer without them. Needed where the app signs in by a request of its own.',
      ['/api/login', { url: '/graphql', tokenFields: { accessToken: 'data.login.token' } }],
      v.array(captureSchema),
    ),
    [],
  ),
  refresh: v.exactOptional(
    key(
      'How to get a new access token, described by hand. Excludes "authorizationServer". Needed where the server is no OAuth server with metadata.',
      { url: '/api/token/refresh', body: 'json' },
      refreshSchema,
    ),
  ),
  authorizationServer: v.exactOptional(
    key(
      'Sign-in and refresh by the metadata of an authorization server. Excludes "refresh". Needed for signIn().',
      { issuer: 'https://id.example.com', clientId: 'spa', redirectUri: '/signed-in' },
      authorizationServerSchema,
    ),
  ),
  vault: v.exactOptional(
    key(
      'The page of a vault: refresh token, DPoP key and sign-in live there, on another origin of the same site. Excludes "refresh" and "authorizationServer", which stand in the vault\'s own configuration. Needed where no script of the app may reach the refresh token.',
      'https://auth.example.com/bearer-worker.vault.html',
      format('vault-url'),
    ),
  ),
  tokenFields: v.optional(
    key(
      'Where tokens are in a token response: paths of names joined by dots, or "header:NAME". A list means the first that is there. Needed where the server uses other names than RFC 6749.',
      { accessToken: 'data.access_token' },
      tokenFieldsSchema,
    ),
    {},
  ),
  lifetimeSeconds: v.exactOptional(
    key(
      'The lifetime of an access token. Needed where neither the response nor the JWT says it.',
      600,
      v.pipe(
        v.number(),
        v.gtValue(0),
        v.maxValue(LONGEST_LIFETIME_SECONDS),
        v.metadata({ errorMessage: `Write a number of seconds over 0, up to ${LONGEST_LIFETIME_SECONDS}.` }),
      ),
    ),
  ),
  invalidToken: v.optional(
    key(
      'Which answers of the API mean that the access token is invalid. Needed where the server does not answer with 401.',
      { statuses: [401, 403], errorCodes: ['TOKEN_EXPIRED'] },
      invalidTokenSchema,
    ),
    {},
  ),
  sessionEnded: v.optional(
    key(
      'Which answers to a refresh end the session. Needed where the server has codes of its own.',
      { errorCodes: ['ERROR_INVALID_REFRESH_TOKEN'] },
      sessionEndedSchema,
    ),
    {},
  ),
  errorField: v.optional(
    key(
      'Where the error code is in a JSON body: a path, or several; "*" is any index of an array. Needed where it is not at "error".',
      ['error', 'errors.*.extensions.code'],
      errorField,
    ),
    'error',
  ),
  sockets: v.exactOptional(
    key(
      'How the WebSockets of the page get the token, since they have no header. The first that matches counts. Needed for servers that want a token there.',
      [{ url: 'wss://api.example.com/live', ticket: { url: '/api/ws-ticket' } }],
      v.array(socketSchema),
    ),
  ),
  destinations: v.optional(
    key(
      'No-cors destinations that get the token, too. Needed for scripts, styles, fonts, manifests and workers of the API, which get none otherwise.',
      ['image', 'audio', 'video', 'track', 'font'],
      v.array(v.picklist(['image', 'audio', 'video', 'track', 'script', 'style', 'font', 'manifest', 'worker'])),
    ),
    ['image', 'audio', 'video', 'track'],
  ),
  navigations: flag(
    "Whether GET navigations and downloads get the token, too; never a form's POST. Needed for links to files of the API.",
  ),
  maxReplayBytes: v.optional(
    key(
      'A larger body is sent once, after a refresh if one is near. Needed where large uploads are to be replayed.',
      52_428_800,
      whole(0, Number.MAX_SAFE_INTEGER),
    ),
    5_242_880,
  ),
  storage: v.optional(
    key(
      'Where tokens are kept. Needed where they must not be on disk: with "memory" they are gone when the worker stops.',
      'memory',
      v.picklist(['indexeddb', 'memory']),
    ),
    'indexeddb',
  ),
  direct: flag(
    'Whether pages authorize what their scripts request (fetch, XMLHttpRequest, EventSource, beacons) themselves, past the worker: it costs what no worker costs, and the token is in the memory of the page. Needed where speed, abort, progress or timing matter more.',
  ),
  exposeAccessToken: flag(
    'Whether getAccessToken() gives the token to the page, and sockets without a ticket send it. Needed for other SDKs, and for such sockets.',
  ),
  revoke: v.exactOptional(
    key(
      'The revocation endpoint (RFC 7009), called at sign-out. Needed where there are no metadata that name it.',
      'https://id.example.com/revoke',
      url,
    ),
  ),
  signOut: v.exactOptional(
    key(
      'A request that ends the session at the server, called at sign-out in place of "revoke". Needed where the server knows no RFC 7009.',
      { url: '/auth/logout', body: 'json', parameters: { refresh_token: '{refreshToken}' } },
      signOutSchema,
    ),
  ),
})

/** The configuration file: its types, its checks in the worker, and the JSON Schema for editors. */
export const configurationSchema = v.strictObject({
  $schema: v.exactOptional(key('Where this JSON Schema is, for editors.', './bearer-worker.schema.json', v.string())),
  sessions: key(
    'The sessions by name; the first is the default, and the first that matches a request wins.',
    { main: { resources: ['/api/*'], refresh: { url: '/api/token/refresh' } } },
    v.pipe(
      v.record(sessionName, sessionSchema),
      v.minEntries(1),
      v.metadata({ errorMessage: 'Describe at least one session, under its name.' }),
    ),
  ),
})

/** A session as its file has it, checked and with defaults, but in each form that a key can take. */
export type WrittenSession = Deep<v.InferOutput<typeof sessionSchema>>
export type WrittenRefresh = Deep<v.InferOutput<typeof refreshSchema>>
export type WrittenTokenFields = Deep<v.InferOutput<typeof tokenFieldsSchema>>
export type OwnTokenFields = Deep<v.InferOutput<typeof ownTokenFieldsSchema>>
export type SocketConfiguration = Deep<v.InferOutput<typeof socketSchema>>
export type SignOutConfiguration = Deep<v.InferOutput<typeof signOutSchema>>
export type AuthorizationServerConfiguration = Deep<v.InferOutput<typeof authorizationServerSchema>>
/** What is left of a file once it is checked and its defaults are filled in. */
export type CheckedFile = Deep<v.InferOutput<typeof configurationSchema>>
