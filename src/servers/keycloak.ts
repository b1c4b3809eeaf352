import { codeFlowAnswers, codeFlowSession, INVALID_TOKEN } from './code-flow.ts'
import { READ } from './exchanges.ts'
import { afterSignOut, api, clientId, redirectUri, scope, below } from './inputs.ts'
import { defineServer } from './known-server.ts'
import { issuedJwt } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 300

export const keycloak = defineServer({
  name: 'keycloak',
  title: 'Keycloak',
  inputs: {
    server: { description: 'The URL of Keycloak.', example: 'https://id.example.com' },
    realm: { description: 'The realm.', example: 'shop' },
    clientId,
    redirectUri,
    afterSignOut,
    scope: scope('openid'),
    api,
  },
  configuration: (inputs) => codeFlowSession(inputs, { issuer: issuerOf(inputs) }),
  atTheServer: [
    'Create an OpenID Connect client with "Client authentication" off and "Standard flow" on.',
    'List the redirect URI in "Valid redirect URIs", and where users are after signing out in "Valid post logout redirect URIs".',
    'List the origin of the site in "Web origins": it allows the token endpoint by CORS.',
    'Enable "Revoke Refresh Token" in the realm settings, tab "Tokens", so that refresh tokens are rotated.',
  ],
  quirks: [
    'The refresh token ends with the SSO session, after "SSO Session Idle" without a refresh and after "SSO Session Max" at the latest.',
    'The scope "offline_access" gives an offline token that outlives the SSO session: a browser does not need it.',
    'Versions before 17 have "/auth" in the URL: write it into the URL of the server.',
    'With "dpop": true tokens are bound to a key of the browser.',
  ],
  cannot: [],
  evidence: { kind: 'documentation', version: 'Keycloak 26' },
  sources: [
    {
      title: 'Keycloak Server Administration Guide, Session and token timeouts',
      url: 'https://github.com/keycloak/keycloak/blob/68a58dbffbf0/docs/documentation/server_admin/topics/sessions/timeouts.adoc',
      read: READ,
    },
    {
      title: 'Securing applications with DPoP',
      url: 'https://www.keycloak.org/securing-apps/dpop',
      read: READ,
    },
    {
      title: 'A trial of refresh token rotation: requests and answers',
      url: 'https://qiita.com/KWS_0901/items/729e1d36bea81c5e3b92',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const issuer = issuerOf(inputs)
    const endpoint = (name: string) => `${issuer}/protocol/openid-connect/${name}`
    const token = (type: string, id: string, lifetimeSeconds: number) =>
      issuedJwt(now, lifetimeSeconds, { iss: issuer, sub: 'user-1', typ: type, azp: inputs.clientId, jti: id })
    return codeFlowAnswers(inputs, {
      issuer,
      metadata: {
        authorization_endpoint: endpoint('auth'),
        token_endpoint: endpoint('token'),
        end_session_endpoint: endpoint('logout'),
        revocation_endpoint: endpoint('revoke'),
        jwks_uri: endpoint('certs'),
        response_types_supported: ['code'],
        subject_types_supported: ['public', 'pairwise'],
        id_token_signing_alg_values_supported: ['HS256', 'RS256', 'ES256'],
        code_challenge_methods_supported: ['plain', 'S256'],
      },
      now,
      lifetimeSeconds: LIFETIME_SECONDS,
      accessTokens: [token('Bearer', 'access-1', LIFETIME_SECONDS), token('Bearer', 'access-2', LIFETIME_SECONDS)],
      refreshTokens: [token('Refresh', 'refresh-1', 1800), token('Refresh', 'refresh-2', 1800)],
      openId: true,
      scope: inputs.scope,
      more: { refresh_expires_in: 1800, 'not-before-policy': 0, session_state: 'made-up-session' },
      refusal: INVALID_TOKEN,
      ended: { status: 400, body: { error: 'invalid_grant', error_description: 'Token is not active' } },
    })
  },
})

const issuerOf = (inputs: { readonly server: string; readonly realm: string }): string =>
  below(inputs.server, `/realms/${inputs.realm}`)
