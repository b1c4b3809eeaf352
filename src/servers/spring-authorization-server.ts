import { codeFlowAnswers, codeFlowSession, INVALID_TOKEN } from './code-flow.ts'
import { READ } from './exchanges.ts'
import { afterSignOut, api, clientId, redirectUri, scope, withoutSlash } from './inputs.ts'
import { defineServer } from './known-server.ts'
import { issuedJwt } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 300

export const springAuthorizationServer = defineServer({
  name: 'spring-authorization-server',
  title: 'Spring Authorization Server',
  inputs: {
    issuer: { description: 'The issuer of the authorization server.', example: 'https://id.example.com' },
    clientId,
    redirectUri,
    afterSignOut,
    scope: scope('openid profile'),
    api,
  },
  configuration: (inputs) => codeFlowSession(inputs, { issuer: withoutSlash(inputs.issuer) }),
  atTheServer: [
    'Register a client with the authentication method "none", the grant "authorization_code" and requireProofKey(true).',
    'Register the redirect URI, and where users are after signing out as a post logout redirect URI.',
    'Allow the origin of the site by CORS for the metadata and the token endpoint: a CorsConfigurationSource, and cors() in the filter chain.',
    'Choose accessTokenTimeToLive by how often users may leave the page to sign in: its default is five minutes.',
  ],
  quirks: [
    'When the access token has run out, the session ends with the reason "expired": call signIn() then. Who is still signed in at the server comes back without typing anything.',
  ],
  cannot: [
    'A refresh: the server issues no refresh token to a public client. Its documentation advises a backend for frontend.',
  ],
  evidence: { kind: 'documentation', version: 'Spring Authorization Server 2.0' },
  sources: [
    {
      title: 'Spring Authorization Server: Authenticate using a Single Page Application with PKCE',
      url: 'https://github.com/spring-projects/spring-authorization-server/blob/b90fb093/docs/modules/ROOT/pages/guides/how-to-pkce.adoc',
      read: READ,
    },
    {
      title: 'Spring Authorization Server: TokenSettings',
      url: 'https://github.com/spring-projects/spring-authorization-server/blob/b90fb093/oauth2-authorization-server/src/main/java/org/springframework/security/oauth2/server/authorization/settings/TokenSettings.java',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const issuer = withoutSlash(inputs.issuer)
    const token = (id: string) => issuedJwt(now, LIFETIME_SECONDS, { iss: issuer, sub: 'user-1', jti: id })
    return codeFlowAnswers(inputs, {
      issuer,
      metadata: {
        authorization_endpoint: `${issuer}/oauth2/authorize`,
        token_endpoint: `${issuer}/oauth2/token`,
        end_session_endpoint: `${issuer}/connect/logout`,
        revocation_endpoint: `${issuer}/oauth2/revoke`,
        jwks_uri: `${issuer}/oauth2/jwks`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        code_challenge_methods_supported: ['S256'],
      },
      now,
      lifetimeSeconds: LIFETIME_SECONDS,
      accessTokens: [token('access-1'), token('access-2')],
      openId: true,
      scope: inputs.scope,
      refusal: INVALID_TOKEN,
    })
  },
})
