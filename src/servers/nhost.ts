import { READ, posted } from './exchanges.ts'
import { withoutSlash } from './inputs.ts'
import { defineServer, oneSession, type JsonObject } from './known-server.ts'
import { issuedJwt } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 900

export const nhost = defineServer({
  name: 'nhost',
  title: 'Nhost and Hasura Auth',
  inputs: {
    auth: { description: 'The URL of Hasura Auth.', example: 'https://shop.auth.eu-central-1.nhost.run/v1' },
    graphql: { description: 'The GraphQL endpoint.', example: 'https://shop.graphql.eu-central-1.nhost.run/v1' },
  },
  configuration: (inputs) => {
    const auth = withoutSlash(inputs.auth)
    return oneSession({
      resources: [inputs.graphql],
      capture: [`${auth}/signin/*`, `${auth}/signup/*`],
      tokenFields: {
        accessToken: 'session.accessToken',
        refreshToken: 'session.refreshToken',
        expiresIn: 'session.accessTokenExpiresIn',
      },
      refresh: {
        url: `${auth}/token`,
        body: 'json',
        tokenField: 'refreshToken',
        tokenFields: {
          accessToken: 'accessToken',
          refreshToken: 'refreshToken',
          expiresIn: 'accessTokenExpiresIn',
        },
        errorField: 'error',
      },
      errorField: 'errors.*.extensions.code',
      invalidToken: { statuses: [200, 401], errorCodes: ['invalid-jwt'] },
      sessionEnded: { errorCodes: ['invalid-refresh-token', 'disabled-user'] },
      signOut: { url: `${auth}/signout`, body: 'json', parameters: { refreshToken: '{refreshToken}' } },
    })
  },
  atTheServer: ['Add the URL of the site to the allowed redirect URLs of Hasura Auth.'],
  quirks: [
    'The sign-in wraps the tokens in "session", the refresh does not.',
    'Hasura refuses an expired token with status 200 and the code invalid-jwt.',
    'A refresh rotates the refresh token.',
    'Storage and functions take the same token: list them at "resources".',
  ],
  cannot: [],
  evidence: { kind: 'documentation', version: 'Hasura Auth, as of October 2025' },
  sources: [
    {
      title: 'Hasura Auth: OpenAPI description and errors',
      url: 'https://github.com/nhost/hasura-auth/blob/838f397d/docs/openapi.yaml',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const auth = withoutSlash(inputs.auth)
    const refreshTokens = ['2c35b6f3-c4b9-48e3-978a-d4d0f1d42e24', '5a1c0f5e-7c0b-4a86-9a9e-0d9c8e4f6b21'] as const
    const token = (number: 1 | 2) =>
      issuedJwt(now, LIFETIME_SECONDS, { sub: 'user-1', iss: 'hasura-auth', jti: `access-${number}` })
    const session = (number: 1 | 2): JsonObject => ({
      accessToken: token(number),
      accessTokenExpiresIn: LIFETIME_SECONDS,
      refreshToken: refreshTokens[number === 1 ? 0 : 1],
      refreshTokenId: `00000000-0000-4000-8000-00000000000${number}`,
      user: { id: 'user-1', email: 'ada@example.com' },
    })
    return {
      signIn: {
        by: 'capture',
        exchange: posted(
          `${auth}/signin/email-password`,
          { email: 'ada@example.com', password: 'lighthouse' },
          { session: session(1) },
        ),
      },
      refresh: posted(`${auth}/token`, { refreshToken: refreshTokens[0] }, session(2)),
      refusal: {
        request: {
          method: 'POST',
          url: inputs.graphql,
          headers: { authorization: `Bearer ${token(1)}` },
          json: { query: 'query { rows { id } }' },
        },
        answer: {
          status: 200,
          body: {
            errors: [{ message: 'Could not verify JWT: JWTExpired', extensions: { path: '$', code: 'invalid-jwt' } }],
          },
        },
      },
      noRefusal: [
        {
          status: 200,
          body: { errors: [{ message: 'field not found', extensions: { path: '$', code: 'validation-failed' } }] },
        },
      ],
      ended: {
        status: 401,
        body: { status: 401, message: 'Invalid or expired refresh token', error: 'invalid-refresh-token' },
      },
      signOut: {
        request: { method: 'POST', url: `${auth}/signout`, json: { refreshToken: refreshTokens[0] } },
        answer: { status: 200, body: 'OK' },
      },
    }
  },
})
