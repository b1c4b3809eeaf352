import { READ, posted, refused } from './exchanges.ts'
import { withoutSlash } from './inputs.ts'
import { defineServer, oneSession, type JsonObject } from './known-server.ts'
import { issuedJwt, opaqueToken } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 900

export const directus = defineServer({
  name: 'directus',
  title: 'Directus',
  inputs: {
    server: { description: 'The URL of Directus.', example: 'https://cms.example.com' },
  },
  configuration: (inputs) => {
    const server = withoutSlash(inputs.server)
    return oneSession({
      resources: [`${server}/*`],
      except: [`${server}/auth/*`],
      capture: [`${server}/auth/login`],
      tokenFields: {
        accessToken: 'data.access_token',
        refreshToken: 'data.refresh_token',
        expiresIn: { at: 'data.expires', in: 'ms' },
      },
      refresh: { url: `${server}/auth/refresh`, body: 'json', parameters: { mode: 'json' } },
      errorField: 'errors.*.extensions.code',
      invalidToken: { statuses: [401, 403], errorCodes: ['TOKEN_EXPIRED', 'INVALID_TOKEN'] },
      sessionEnded: { errorCodes: ['INVALID_CREDENTIALS'] },
      signOut: {
        url: `${server}/auth/logout`,
        body: 'json',
        parameters: { mode: 'json', refresh_token: '{refreshToken}' },
      },
    })
  },
  atTheServer: [
    'Set CORS_ENABLED and CORS_ORIGIN to the origin of the site.',
    'Sign in with the mode "json", which is the default of POST /auth/login.',
  ],
  quirks: [
    'An expired token is refused with 401 TOKEN_EXPIRED, another one with 403 INVALID_TOKEN; a 403 FORBIDDEN is a matter of rights.',
    'The lifetime at "expires" is in milliseconds.',
    'The refresh token is rotated. An access token lives for 15 minutes, a refresh token for 7 days by default.',
    'With @directus/sdk, set autoRefresh to false: two that refresh end the session.',
    'A static token in the query ("access_token=") is not touched.',
  ],
  cannot: [],
  evidence: { kind: 'source code', version: 'Directus 12.4 (@directus/api 39.2.1)' },
  sources: [
    {
      title: '@directus/api 39.2.1: controllers/auth',
      url: 'https://www.npmjs.com/package/@directus/api/v/39.2.1',
      read: READ,
    },
    {
      title: '@directus/errors 2.5.2: codes and messages',
      url: 'https://www.npmjs.com/package/@directus/errors/v/2.5.2',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const server = withoutSlash(inputs.server)
    const token = (number: 1 | 2) =>
      issuedJwt(now, LIFETIME_SECONDS, { id: 'user-1', role: 'editor', iss: 'directus', jti: `${number}` })
    const session = (number: 1 | 2): JsonObject => ({
      data: {
        expires: LIFETIME_SECONDS * 1000,
        refresh_token: opaqueToken(`refresh-${number}`),
        access_token: token(number),
      },
    })
    const error = (code: string, message: string): JsonObject => ({ errors: [{ message, extensions: { code } }] })
    const withRefreshToken = { mode: 'json', refresh_token: opaqueToken('refresh-1') }
    return {
      signIn: {
        by: 'capture',
        exchange: posted(`${server}/auth/login`, { email: 'ada@example.com', password: 'lighthouse' }, session(1)),
      },
      refresh: posted(`${server}/auth/refresh`, withRefreshToken, session(2)),
      refusal: refused(
        `${server}/items/*`,
        { authorization: `Bearer ${token(1)}` },
        { status: 401, body: error('TOKEN_EXPIRED', 'Token expired.') },
      ),
      noRefusal: [{ status: 403, body: error('FORBIDDEN', "You don't have permission to access this.") }],
      ended: { status: 401, body: error('INVALID_CREDENTIALS', 'Invalid user credentials.') },
      forNow: [{ status: 429, body: error('REQUESTS_EXCEEDED', 'Too many requests, retry after 1s.') }],
      signOut: {
        request: { method: 'POST', url: `${server}/auth/logout`, json: withRefreshToken },
        answer: { status: 204 },
      },
    }
  },
})
