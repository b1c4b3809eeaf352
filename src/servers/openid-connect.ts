import { codeFlowAnswers, codeFlowSession, INVALID_TOKEN } from './code-flow.ts'
import { afterSignOut, api, clientId, redirectUri, scope } from './inputs.ts'
import { defineServer } from './known-server.ts'
import { issuedJwt, opaqueToken } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 3600
const READ = '2026-11-26'

export const openidConnect = defineServer({
  name: 'openid-connect',
  title: 'Any other OpenID Connect server',
  inputs: {
    issuer: {
      description: 'The issuer, character by character as the metadata at /.well-known/openid-configuration have it.',
      example: 'https://id.example.com',
    },
    clientId,
    redirectUri,
    afterSignOut,
    scope: scope('openid profile offline_access'),
    api,
  },
  configuration: (inputs) => codeFlowSession(inputs, { issuer: inputs.issuer }),
  atTheServer: [
    'Register a public client (without a secret) with the authorization code flow, PKCE and refresh tokens; servers often call it "single-page application".',
    'List the redirect URI, and where users are after signing out, with their whole URLs.',
    'Allow the origin of the site by CORS at the metadata, the token endpoint and the revocation endpoint.',
    'Let refresh tokens be rotated, with a grace period of some seconds if the server has one.',
  ],
  quirks: [
    'Some servers give a refresh token only with "parameters": { "prompt": "consent" } beside the scope offline_access, as OpenID Connect asks for.',
    'An access token that your API cannot read is often one without an audience: name the API in "resource" (RFC 8707), or in "parameters" as "audience".',
    'Where the metadata cannot be read by CORS, or there are none, write the endpoints into "metadata".',
    'Leave "postSignOutRedirectUri" out where the server has no end-session endpoint.',
  ],
  cannot: [],
  evidence: { kind: 'documentation', version: 'OpenID Connect Discovery 1.0, RP-Initiated Logout 1.0, RFC 7009' },
  sources: [
    {
      title: 'OpenID Connect Discovery 1.0',
      url: 'https://openid.net/specs/openid-connect-discovery-1_0.html',
      read: READ,
    },
    {
      title: 'OpenID Connect Core 1.0, offline access',
      url: 'https://openid.net/specs/openid-connect-core-1_0.html#OfflineAccess',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const { issuer } = inputs
    const base = issuer.replace(/\/$/, '')
    const token = (id: string) =>
      issuedJwt(now, LIFETIME_SECONDS, { iss: issuer, sub: 'user-1', aud: 'https://api.example.com', jti: id })
    return codeFlowAnswers(inputs, {
      issuer,
      metadata: {
        authorization_endpoint: `${base}/authorize`,
        token_endpoint: `${base}/token`,
        end_session_endpoint: `${base}/logout`,
        revocation_endpoint: `${base}/revoke`,
        jwks_uri: `${base}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        code_challenge_methods_supported: ['S256'],
      },
      now,
      lifetimeSeconds: LIFETIME_SECONDS,
      accessTokens: [token('access-1'), token('access-2')],
      refreshTokens: [opaqueToken('refresh-1'), opaqueToken('refresh-2')],
      openId: true,
      scope: inputs.scope,
      refusal: INVALID_TOKEN,
      ended: { status: 400, body: { error: 'invalid_grant' } },
      forNow: [{ status: 503, headers: { 'retry-after': '30' } }],
    })
  },
})
