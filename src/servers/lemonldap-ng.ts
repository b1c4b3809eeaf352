import { codeFlowAnswers, codeFlowSession, INVALID_TOKEN } from './code-flow.ts'
import { READ } from './exchanges.ts'
import { afterSignOut, api, clientId, redirectUri, scope, below } from './inputs.ts'
import { defineServer } from './known-server.ts'
import { opaqueToken } from './made-up-tokens.ts'

export const lemonldapNg = defineServer({
  name: 'lemonldap-ng',
  title: 'LemonLDAP::NG',
  inputs: {
    issuer: { description: 'The issuer: the URL of the portal.', example: 'https://auth.example.com' },
    clientId,
    redirectUri,
    afterSignOut,
    scope: scope('openid profile email'),
    api,
  },
  configuration: (inputs) =>
    codeFlowSession(
      inputs,
      { issuer: inputs.issuer },
      { sessionEnded: { errorCodes: ['invalid_grant', 'invalid_request'] } },
    ),
  atTheServer: [
    'Activate the OpenID Connect issuer and add a relying party with "Public client", "Require PKCE" and "Use refresh tokens".',
    'List the redirect URI, and where users are after signing out, in the options of the relying party.',
    'Allow the origin of the site by the CORS parameters of the portal.',
  ],
  quirks: [
    'A refresh token that has expired or never was is answered with 400 invalid_request, one whose SSO session has ended with invalid_grant.',
    'A refresh brings no new refresh token: the one of the sign-in stays until the SSO session ends.',
    'With "Allow offline access" and the scope "offline_access" the refresh token outlives the SSO session, by default for a month.',
    'At a sign-out the server asks the user to confirm it, unless "Bypass logout confirmation" is set for the relying party.',
    'The issuer is compared character by character: write it as the metadata have it, with or without a slash at its end.',
  ],
  cannot: [
    'Revocation at sign-out: there is no revocation endpoint (2.16). The end-session endpoint ends the SSO session.',
  ],
  evidence: { kind: 'source code', version: 'LemonLDAP::NG 2.16.1' },
  sources: [
    {
      title: 'LemonLDAP::NG: Issuer/OpenIDConnect.pm of the Debian package liblemonldap-ng-portal-perl 2.16.1',
      url: 'https://packages.debian.org/bookworm/liblemonldap-ng-portal-perl',
      read: READ,
    },
    {
      title: 'LemonLDAP::NG: OpenID Connect issuer',
      url: 'https://lemonldap-ng.org/documentation/latest/idpopenidconnect.html',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const base = below(inputs.issuer, '/oauth2')
    return codeFlowAnswers(inputs, {
      issuer: inputs.issuer,
      metadata: {
        authorization_endpoint: `${base}/authorize`,
        token_endpoint: `${base}/token`,
        end_session_endpoint: `${base}/logout`,
        userinfo_endpoint: `${base}/userinfo`,
        introspection_endpoint: `${base}/introspect`,
        jwks_uri: `${base}/jwks`,
        response_types_supported: ['code'],
        grant_types_supported: ['authorization_code', 'refresh_token'],
        subject_types_supported: ['public'],
        token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
        id_token_signing_alg_values_supported: ['none', 'HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512'],
        code_challenge_methods_supported: ['plain', 'S256'],
      },
      now,
      lifetimeSeconds: 3600,
      accessTokens: [opaqueToken('access-1'), opaqueToken('access-2')],
      refreshTokens: [opaqueToken('refresh-1'), undefined],
      openId: true,
      refusal: INVALID_TOKEN,
      ended: { status: 400, body: { error: 'invalid_request' } },
    })
  },
})
