import { codeFlowAnswers, codeFlowSession } from './code-flow.ts'
import { LARAVEL_UNAUTHENTICATED, READ } from './exchanges.ts'
import { api, clientId, redirectUri, withoutSlash } from './inputs.ts'
import { defineServer } from './known-server.ts'
import { issuedJwt, opaqueToken } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 900

export const laravelPassport = defineServer({
  name: 'laravel-passport',
  title: 'Laravel Passport',
  inputs: {
    server: { description: 'The URL of the Laravel application.', example: 'https://shop.example.com' },
    clientId,
    redirectUri,
    scope: {
      description: 'The scopes to ask for, separated by spaces; empty for none.',
      example: 'rows:read rows:write',
      default: '',
    },
    api,
  },
  configuration: (inputs) =>
    codeFlowSession(
      inputs,
      { issuer: withoutSlash(inputs.server), metadata: endpointsOf(inputs.server) },
      { sessionEnded: { errorCodes: ['invalid_grant', 'invalid_request'] } },
    ),
  atTheServer: [
    'Create a public client for the code grant with PKCE: php artisan passport:client --public.',
    'Allow the token endpoint by CORS where the app is of another origin: add "oauth/token" to "paths" in config/cors.php.',
    'Call Passport::tokensExpireIn() with minutes: by default an access token lives for a year.',
    'Let requests to the API say "Accept: application/json": without it Laravel redirects to its sign-in page instead of answering 401.',
  ],
  quirks: [
    'Passport publishes no metadata: the configuration has the endpoints.',
    'Passport 12 and older (league/oauth2-server 8) answer a dead refresh token with 401 invalid_request, Passport 13 with 400 invalid_grant.',
    'The refresh token of league/oauth2-server is one-use, without a grace period.',
  ],
  cannot: ['Revocation at sign-out: there is no revocation endpoint for the app.'],
  evidence: { kind: 'source code', version: 'Passport 13, league/oauth2-server 9' },
  sources: [
    {
      title: 'Laravel: Passport, Authorization Code Grant With PKCE',
      url: 'https://github.com/laravel/docs/blob/86077535b/passport.md',
      read: READ,
    },
    {
      title: 'league/oauth2-server: errors and answers in its source code, and its changelog',
      url: 'https://github.com/thephpleague/oauth2-server/tree/9d2f6fc0',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const token = (id: string) =>
      issuedJwt(now, LIFETIME_SECONDS, { aud: inputs.clientId, sub: '1', scopes: [], jti: id })
    return codeFlowAnswers(inputs, {
      issuer: withoutSlash(inputs.server),
      metadata: endpointsOf(inputs.server),
      isWritten: true,
      now,
      lifetimeSeconds: LIFETIME_SECONDS,
      accessTokens: [token('access-1'), token('access-2')],
      refreshTokens: [opaqueToken('refresh-1'), opaqueToken('refresh-2')],
      openId: false,
      refusal: LARAVEL_UNAUTHENTICATED,
      ended: {
        status: 400,
        body: {
          error: 'invalid_grant',
          error_description: 'The refresh token is invalid.',
          hint: 'Token has been revoked',
        },
      },
      forNow: [{ status: 429, headers: { 'retry-after': '60' }, body: { message: 'Too Many Attempts.' } }],
    })
  },
})

function endpointsOf(server: string): { readonly authorization_endpoint: string; readonly token_endpoint: string } {
  const base = withoutSlash(server)
  return { authorization_endpoint: `${base}/oauth/authorize`, token_endpoint: `${base}/oauth/token` }
}
