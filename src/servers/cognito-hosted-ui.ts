import { codeFlowAnswers, codeFlowSession, INVALID_TOKEN } from './code-flow.ts'
import { READ } from './exchanges.ts'
import { api, clientId, redirectUri, scope, withoutSlash } from './inputs.ts'
import { defineServer } from './known-server.ts'
import { issuedJwt, opaqueToken } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 3600

export const cognitoHostedUi = defineServer({
  name: 'cognito-hosted-ui',
  title: 'Amazon Cognito, hosted sign-in',
  inputs: {
    issuer: {
      description: 'The issuer of the user pool: its endpoint, a slash, and its id.',
      example: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Made5Up00',
    },
    clientId,
    redirectUri,
    afterSignOut: {
      description: 'Where the user is after signing out, as an absolute URL.',
      example: 'https://app.example.com/',
    },
    scope: scope('openid email'),
    api,
  },
  configuration: (inputs) =>
    codeFlowSession(inputs, {
      issuer: withoutSlash(inputs.issuer),
      signOutParameters: { client_id: inputs.clientId, logout_uri: inputs.afterSignOut },
    }),
  atTheServer: [
    'Give the user pool a domain, and create an app client of the type "Single-page application" (without a secret) with the grant "Authorization code".',
    'List the redirect URI in "Allowed callback URLs" and where users are after signing out in "Allowed sign-out URLs".',
    'Enable refresh token rotation for the app client, with a grace period.',
  ],
  quirks: [
    'The metadata are at the issuer, the endpoints at the domain of the user pool.',
    'The sign-out endpoint wants client_id and logout_uri, and not the names of OpenID Connect.',
    'Without rotation a refresh brings no new refresh token: the one of the sign-in stays.',
    'There is no scope "offline_access": every sign-in by code brings a refresh token.',
    'An authorizer of API Gateway takes the ID token unless it is configured with scopes.',
    'An error of API Gateway itself has no CORS headers by default, so that a refusal is a network error to the browser: add them to the "Gateway responses".',
  ],
  cannot: ['An audience of its own for each API: the access token names the app client.'],
  evidence: { kind: 'documentation', version: 'as of November 2026' },
  sources: [
    {
      title: 'Amazon Cognito: Refresh tokens',
      url: 'https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html',
      read: READ,
    },
    {
      title: 'Amazon Cognito: The managed login sign-out endpoint',
      url: 'https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html',
      read: READ,
    },
    {
      title: 'Sign-out at Cognito with the parameters of OpenID Connect: what failed for others',
      url: 'https://github.com/swisstopo/swissgeol-boreholes-suite/pull/1066',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const issuer = withoutSlash(inputs.issuer)
    const domain = new URL(issuer).origin.replace('cognito-idp.', 'made-up.auth.').replace('amazonaws', 'amazoncognito')
    const token = (id: string) =>
      issuedJwt(now, LIFETIME_SECONDS, { iss: issuer, sub: 'user-1', client_id: inputs.clientId, jti: id })
    return codeFlowAnswers(inputs, {
      issuer,
      metadata: {
        authorization_endpoint: `${domain}/oauth2/authorize`,
        token_endpoint: `${domain}/oauth2/token`,
        end_session_endpoint: `${domain}/logout`,
        revocation_endpoint: `${domain}/oauth2/revoke`,
        jwks_uri: `${issuer}/.well-known/jwks.json`,
        response_types_supported: ['code', 'token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      },
      signOutParameters: { logout_uri: inputs.afterSignOut },
      now,
      lifetimeSeconds: LIFETIME_SECONDS,
      accessTokens: [token('access-1'), token('access-2')],
      refreshTokens: [opaqueToken('refresh-1'), undefined],
      openId: true,
      refusal: INVALID_TOKEN,
      ended: { status: 400, body: { error: 'invalid_grant' } },
    })
  },
})
