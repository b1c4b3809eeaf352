import { codeFlowAnswers, codeFlowSession, INVALID_TOKEN } from './code-flow.ts'
import { READ } from './exchanges.ts'
import { afterSignOut, api, clientId, redirectUri, scope, withoutSlash } from './inputs.ts'
import { defineServer } from './known-server.ts'
import { issuedJwt, opaqueToken } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 3600

export const okta = defineServer({
  name: 'okta',
  title: 'Okta',
  inputs: {
    issuer: {
      description: 'The issuer of the authorization server.',
      example: 'https://shop.okta.com/oauth2/default',
    },
    clientId,
    redirectUri,
    afterSignOut,
    scope: scope('openid profile email offline_access'),
    api,
  },
  configuration: (inputs) => codeFlowSession(inputs, { issuer: withoutSlash(inputs.issuer) }),
  atTheServer: [
    'Create an app integration of the type "Single-Page Application" with the grant types "Authorization Code" and "Refresh Token".',
    'List the redirect URI in "Sign-in redirect URIs", and where users are after signing out in "Sign-out redirect URIs".',
    'Add the origin of the site under "Security", "API", "Trusted Origins", with CORS.',
  ],
  quirks: [
    'Refresh tokens of a single-page application are rotated; the one before works for a grace period, 30 seconds by default.',
    'A rotated refresh token ends when the first one would have ended.',
    'A refresh token that was not used for seven days ends, unless the access policy says otherwise.',
    'Your API can check the tokens of a custom authorization server ("/oauth2/default"), not those of the org authorization server.',
  ],
  cannot: [],
  evidence: { kind: 'documentation', version: 'as of November 2026' },
  sources: [
    {
      title: 'Okta: Refresh access tokens',
      url: 'https://github.com/okta/okta-developer-docs/blob/01d856d28306/packages/%40okta/vuepress-site/docs/guides/refresh-tokens/main/index.md',
      read: READ,
    },
    {
      title: 'Okta: Refresh Token Expiration Behavior',
      url: 'https://support.okta.com/help/s/article/refresh-token-expiration-behavior',
      read: READ,
    },
    {
      title: 'Okta: Additional rate limits, status 429',
      url: 'https://developer.okta.com/docs/reference/rl2-limits/',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const issuer = withoutSlash(inputs.issuer)
    const token = (id: string) =>
      issuedJwt(now, LIFETIME_SECONDS, { iss: issuer, sub: 'ada@example.com', aud: 'api://default', jti: id })
    return codeFlowAnswers(inputs, {
      issuer,
      metadata: {
        authorization_endpoint: `${issuer}/v1/authorize`,
        token_endpoint: `${issuer}/v1/token`,
        end_session_endpoint: `${issuer}/v1/logout`,
        revocation_endpoint: `${issuer}/v1/revoke`,
        jwks_uri: `${issuer}/v1/keys`,
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
      ended: {
        status: 400,
        body: { error: 'invalid_grant', error_description: 'The refresh token is invalid or expired.' },
      },
      forNow: [{ status: 429 }],
    })
  },
})
