import * as v from 'valibot'
import { anything, between, flag, format, headerValue, key, url, word } from './schema-parts.ts'
import { errorField, ownTokenFieldsSchema } from './token-fields-schema.ts'

const body = (description: string) => key(description, 'json', v.picklist(['form', 'json', 'none']))
const headers = (example: object) =>
  v.optional(
    key(
      'Further headers of the request; they replace headers of the same name. Values may have placeholders: {refreshToken}, {accessToken}, {cookie:NAME}.',
      example,
      v.record(format('header-name'), headerValue),
    ),
    {},
  )
const parameters = (example: object) =>
  v.optional(
    key(
      'Further fields of the body: any JSON with "json", strings with "form". Values may have placeholders: {refreshToken}, {accessToken}, {cookie:NAME}.',
      example,
      v.record(v.string(), anything),
    ),
    {},
  )
const credentials = v.optional(
  key(
    'Whether cookies go with the request. Needed where the refresh token is in a cookie.',
    'same-origin',
    v.picklist(['omit', 'same-origin', 'include']),
  ),
  'omit',
)

export const refreshSchema = v.strictObject({
  url: v.exactOptional(
    key('The endpoint that brings a new access token. Needed unless "by" is written.', '/api/token/refresh', url),
  ),
  by: v.exactOptional(
    key(
      'In place of "url": code of the page brings tokens, by bearerWorker.provideTokens(). Needed where an SDK owns the tokens.',
      'page',
      v.picklist(['page']),
    ),
  ),
  method: v.optional(
    key(
      'The method of the request. "GET" goes with the body "none". Needed where the server wants another than POST.',
      'PUT',
      v.picklist(['POST', 'GET', 'PUT', 'PATCH']),
    ),
    'POST',
  ),
  body: v.optional(
    body(
      '"form" as in RFC 6749 section 6, "json", or "none": nothing is sent, and the refresh token is in a cookie or a header. Needed where the server takes no form.',
    ),
    'form',
  ),
  tokenField: v.optional(
    key(
      'The name of the refresh token in the body. It is not added where a placeholder names {refreshToken}.',
      'refreshToken',
      word,
    ),
    'refresh_token',
  ),
  clientId: v.exactOptional(key('Sent as client_id. Needed where the server knows its clients.', 'spa', word)),
  parameters: parameters({ auth: { refresh: '{refreshToken}', access: '{accessToken}' }, remember: true }),
  headers: headers({ Authorization: 'Bearer {refreshToken}', 'X-CSRF-TOKEN': '{cookie:csrf}' }),
  credentials,
  timeoutSeconds: v.optional(
    key(
      'A call counts as failed after this many seconds. Needed where the server is slow.',
      20,
      v.pipe(between(1, 60), v.metadata({ errorMessage: 'Write a number of seconds from 1 to 60, such as 20.' })),
    ),
    10,
  ),
  tokenFields: v.exactOptional(
    key(
      'Where tokens are in the answer to a refresh. Needed where its fields are called otherwise than those of the sign-in.',
      { accessToken: 'id_token' },
      ownTokenFieldsSchema,
    ),
  ),
  errorField: v.exactOptional(
    key(
      'Where the error code is in the answer to a refresh. Needed where it is elsewhere than in other answers.',
      ['error', 'errors.0.code'],
      errorField,
    ),
  ),
})

export const signOutSchema = v.strictObject({
  url: key('The endpoint that ends the session at the server.', '/auth/logout', url),
  method: v.optional(
    key(
      'The method of the request. "GET" goes with the body "none". Needed where the server wants another than POST.',
      'DELETE',
      v.picklist(['POST', 'GET', 'PUT', 'PATCH', 'DELETE']),
    ),
    'POST',
  ),
  body: v.optional(body('"form", "json" or "none". A form without "parameters" is not sent.'), 'form'),
  parameters: parameters({ refresh_token: '{refreshToken}' }),
  headers: headers({ Authorization: 'Bearer {accessToken}' }),
  credentials,
})

const strings = (name: string) => v.record(format(name), v.string())
const endpoint = (description: string, path: string) =>
  key(description, `https://id.example.com${path}`, format('absolute-url'))

/** @see https://www.rfc-editor.org/rfc/rfc8414#section-2 */
const metadataSchema = v.strictObject({
  issuer: v.exactOptional(key('The same as "issuer" beside "metadata".', 'https://id.example.com', word)),
  authorization_endpoint: endpoint('Where the user signs in.', '/authorize'),
  token_endpoint: endpoint('Where codes and refresh tokens are exchanged.', '/token'),
  revocation_endpoint: v.exactOptional(endpoint('Where tokens are revoked at sign-out (RFC 7009).', '/revoke')),
  end_session_endpoint: v.exactOptional(endpoint('Where the user signs out of the server.', '/logout')),
  pushed_authorization_request_endpoint: v.exactOptional(
    endpoint('Where authorization requests are pushed to (RFC 9126).', '/par'),
  ),
  require_pushed_authorization_requests: v.exactOptional(
    key('Whether authorization requests must be pushed (RFC 9126).', true, v.boolean()),
  ),
  authorization_response_iss_parameter_supported: v.exactOptional(
    key(
      'Whether authorization responses name their issuer (RFC 9207). Needed where two servers share a redirectUri.',
      true,
      v.boolean(),
    ),
  ),
  id_token_signing_alg_values_supported: v.exactOptional(
    key('How ID tokens are signed. Needed where it is not RS256.', ['ES256'], v.array(word)),
  ),
})

export const authorizationServerSchema = v.strictObject({
  issuer: key(
    'The issuer, exactly as its metadata have it (RFC 8414).',
    'https://id.example.com',
    format('absolute-url'),
  ),
  clientId: key('The name of this site at the authorization server.', 'spa', word),
  redirectUri: key('The worker answers this navigation itself.', '/signed-in', format('redirect-uri')),
  postSignOutRedirectUri: v.exactOptional(
    key(
      'Where the end-session endpoint sends the user back to. Needed where signOut() is to end the session at the server, too.',
      '/',
      url,
    ),
  ),
  scope: v.exactOptional(
    key(
      'The scopes to ask for, separated by spaces. Needed for a refresh token ("offline_access") and an ID token ("openid").',
      'openid offline_access rows',
      v.string(),
    ),
  ),
  resource: v.optional(
    key(
      'Resource indicators (RFC 8707). Needed where the server issues tokens for one API at a time.',
      ['https://api.example.com'],
      v.array(word),
    ),
    [],
  ),
  dpop: flag('Binds tokens to a key of this browser (RFC 9449). Needed for protection against stolen tokens.'),
  metadata: v.exactOptional(
    key(
      'The metadata, written out. Needed where the server publishes none, or does not let this site read them by CORS.',
      {
        authorization_endpoint: 'https://id.example.com/authorize',
        token_endpoint: 'https://id.example.com/token',
      },
      metadataSchema,
    ),
  ),
  parameters: v.optional(
    key(
      'Further parameters of every authorization request. Needed for "audience" and the like.',
      { audience: 'https://api.example.com' },
      strings('authorization-parameter'),
    ),
    {},
  ),
  signOutParameters: v.optional(
    key(
      'Further parameters of the request to the end-session endpoint. Needed where it takes others than OpenID Connect has.',
      { client_id: 'spa', logout_uri: 'https://app.example.com/' },
      v.record(v.string(), v.string()),
    ),
    {},
  ),
})
