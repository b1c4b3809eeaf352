import { codeFlowAnswers, codeFlowSession, INVALID_TOKEN } from './code-flow.ts'
import { READ } from './exchanges.ts'
import { afterSignOut, api, clientId, redirectUri, scope, withoutSlash } from './inputs.ts'
import { defineServer } from './known-server.ts'
import { issuedJwt, opaqueToken } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 86_400

export const auth0 = defineServer({
  name: 'auth0',
  title: 'Auth0',
  inputs: {
    domain: { description: 'The URL of the tenant, or of its custom domain.', example: 'https://shop.eu.auth0.com' },
    audience: {
      description: 'The identifier of the API, as the dashboard has it.',
      example: 'https://api.example.com',
    },
    clientId,
    redirectUri,
    afterSignOut,
    scope: scope('openid profile email offline_access'),
    api,
  },
  configuration: (inputs) =>
    codeFlowSession(inputs, { issuer: issuerOf(inputs.domain), parameters: { audience: inputs.audience } }),
  atTheServer: [
    'Create an application of the type "Single Page Application".',
    'List the redirect URI in "Allowed Callback URLs", where users are after signing out in "Allowed Logout URLs", and the origin of the site in "Allowed Web Origins".',
    'Enable the grant type "Refresh Token" and the rotation of refresh tokens for the application, and "Allow Offline Access" for the API.',
    'In tenants from before 14 November 2023, enable "RP-Initiated Logout End Session Endpoint Discovery" in the advanced settings of the tenant.',
  ],
  quirks: [
    'The issuer ends in a slash.',
    'Without an audience the access token is opaque and no API of yours can check it.',
    'A dead refresh token is answered with status 403 and the code invalid_grant.',
    'A refresh token that was rotated works again only within the reuse interval; after that, its use ends the whole family.',
  ],
  cannot: ['Refresh tokens for browsers without rotation.'],
  evidence: { kind: 'documentation', version: 'as of November 2026' },
  sources: [
    {
      title: 'Auth0: Configure Refresh Token Rotation',
      url: 'https://auth0.com/docs/secure/tokens/refresh-tokens/configure-refresh-token-rotation',
      read: READ,
    },
    {
      title: 'Auth0: Use Refresh Token Rotation',
      url: 'https://auth0.com/docs/secure/tokens/refresh-tokens/use-refresh-token-rotation',
      read: READ,
    },
    {
      title: 'Auth0: Log Users Out of Auth0 with OIDC Endpoint',
      url: 'https://auth0.com/docs/authenticate/login/logout/log-users-out-of-auth0',
      read: READ,
    },
    {
      title: 'Auth0: status 429 and its headers',
      url: 'https://auth0.com/blog/why-getting-429s-and-how-to-stop-them',
      read: READ,
    },
    {
      title: 'Auth0: Unknown or invalid refresh token, status 403',
      url: 'https://support.auth0.com/center/s/article/troubleshoot-refresh-token-unknown-or-invalid-before-expiry-403-unknown-or-invalid-refresh-token',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const issuer = issuerOf(inputs.domain)
    const token = (id: string) =>
      issuedJwt(now, LIFETIME_SECONDS, { iss: issuer, sub: 'auth0|user-1', aud: inputs.audience, jti: id })
    return codeFlowAnswers(inputs, {
      issuer,
      metadata: {
        authorization_endpoint: `${issuer}authorize`,
        token_endpoint: `${issuer}oauth/token`,
        end_session_endpoint: `${issuer}oidc/logout`,
        revocation_endpoint: `${issuer}oauth/revoke`,
        jwks_uri: `${issuer}.well-known/jwks.json`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['HS256', 'RS256', 'PS256'],
        code_challenge_methods_supported: ['S256', 'plain'],
      },
      now,
      lifetimeSeconds: LIFETIME_SECONDS,
      accessTokens: [token('access-1'), token('access-2')],
      refreshTokens: [opaqueToken('refresh-1'), opaqueToken('refresh-2')],
      openId: true,
      scope: inputs.scope,
      refusal: INVALID_TOKEN,
      ended: {
        status: 403,
        body: { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' },
      },
      forNow: [{ status: 429 }],
    })
  },
})

const issuerOf = (domain: string): string => `${withoutSlash(domain)}/`
