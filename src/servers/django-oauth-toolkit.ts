import { codeFlowAnswers, codeFlowSession } from './code-flow.ts'
import { READ } from './exchanges.ts'
import { api, clientId, redirectUri, scope, below, withoutSlash } from './inputs.ts'
import { defineServer } from './known-server.ts'
import { opaqueToken } from './made-up-tokens.ts'

export const djangoOauthToolkit = defineServer({
  name: 'django-oauth-toolkit',
  title: 'Django OAuth Toolkit',
  inputs: {
    issuer: {
      description: 'The URL under which the views of the toolkit are.',
      example: 'https://shop.example.com/o',
    },
    clientId,
    redirectUri,
    scope: scope('openid read write'),
    api,
  },
  configuration: (inputs) =>
    codeFlowSession(
      inputs,
      { issuer: withoutSlash(inputs.issuer) },
      { revoke: below(inputs.issuer, '/revoke_token/') },
    ),
  atTheServer: [
    'Set OIDC_ENABLED to True and give OIDC_RSA_PRIVATE_KEY a key: without it there are no metadata.',
    'Create an application with the client type "Public", the grant type "Authorization code" and the algorithm RS256.',
    'List the redirect URI in "Redirect uris", and the origin of the site in "Allowed origins": it allows the token endpoint by CORS.',
    'Set REFRESH_TOKEN_GRACE_PERIOD_SECONDS to 30: its default of 0 ends the session of a browser that lost the answer to a refresh.',
    'Set ACCESS_TOKEN_EXPIRE_SECONDS to minutes: its default is ten hours.',
  ],
  quirks: [
    'A refresh revokes the old access token: requests on their way are refused once, and sent again by the worker.',
    'The revocation endpoint is not in the metadata: the configuration names it.',
    'A view of Django REST framework refuses with 401 only if the OAuth2Authentication of the toolkit is its first authentication class.',
    'In development, add "http" to ALLOWED_SCHEMES: without it an origin with plain http cannot be listed.',
  ],
  cannot: [],
  evidence: { kind: 'source code', version: 'Django OAuth Toolkit 3.0.1' },
  sources: [
    {
      title: 'Django OAuth Toolkit: settings, metadata and errors in its source code',
      url: 'https://github.com/jazzband/django-oauth-toolkit/tree/0a5ffdb/oauth2_provider',
      read: READ,
    },
    {
      title: 'Django OAuth Toolkit: advanced topics, allowed_origins',
      url: 'https://github.com/jazzband/django-oauth-toolkit/blob/0a5ffdb/docs/advanced_topics.rst',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const issuer = withoutSlash(inputs.issuer)
    return codeFlowAnswers(inputs, {
      issuer,
      metadata: {
        authorization_endpoint: `${issuer}/authorize/`,
        token_endpoint: `${issuer}/token/`,
        userinfo_endpoint: `${issuer}/userinfo/`,
        jwks_uri: `${issuer}/.well-known/jwks.json`,
        scopes_supported: inputs.scope.split(' '),
        response_types_supported: ['code', 'token', 'id_token', 'code id_token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256', 'HS256'],
        token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
        code_challenge_methods_supported: ['plain', 'S256'],
      },
      now,
      lifetimeSeconds: 36_000,
      accessTokens: [opaqueToken('access-1'), opaqueToken('access-2')],
      refreshTokens: [opaqueToken('refresh-1'), opaqueToken('refresh-2')],
      openId: true,
      scope: inputs.scope,
      revoke: `${issuer}/revoke_token/`,
      refusal: {
        status: 401,
        headers: {
          'www-authenticate':
            'Bearer realm="api",error="invalid_token",error_description="The access token has expired."',
        },
        body: { detail: 'Authentication credentials were not provided.' },
      },
      ended: { status: 400, body: { error: 'invalid_grant' } },
    })
  },
})
