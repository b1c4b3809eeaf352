import { LARAVEL_UNAUTHENTICATED, READ, posted, refused } from './exchanges.ts'
import { api, origin, below } from './inputs.ts'
import { defineServer, oneSession } from './known-server.ts'
import { issuedJwt } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 3600

export const laravelJwtAuth = defineServer({
  name: 'laravel-jwt-auth',
  title: 'jwt-auth for Laravel',
  inputs: {
    server: origin,
    path: { description: 'The prefix of the routes.', example: '/auth', default: '/api/auth' },
    api,
  },
  configuration: (inputs) => {
    const auth = below(inputs.server, inputs.path)
    const headers = { Authorization: 'Bearer {accessToken}', Accept: 'application/json' }
    return oneSession({
      resources: [inputs.api],
      except: [`${auth}/login`],
      capture: [`${auth}/login`],
      refresh: { url: `${auth}/refresh`, body: 'none', headers },
      signOut: { url: `${auth}/logout`, body: 'none', headers },
    })
  },
  atTheServer: [
    'Except "refresh" from the middleware auth:api beside "login": the quick start of the package guards it, and then an expired token cannot be refreshed.',
    'Catch JWTException where you refresh and answer 401: unhandled it is a 500, which does not end the session.',
    'Set JWT_BLACKLIST_GRACE_PERIOD to 30: its default of 0 refuses requests that are on their way while a token is refreshed.',
    'Let requests to the API say "Accept: application/json": without it Laravel redirects to its sign-in page instead of answering 401.',
  ],
  quirks: [
    'The access token refreshes itself, also after it has expired, within JWT_REFRESH_TTL: two weeks by default.',
    'A refresh puts the old token on the blacklist.',
    'tymon/jwt-auth and its successor php-open-source-saver/jwt-auth are the same here.',
  ],
  cannot: ['A refresh token: the access token is all there is.'],
  evidence: { kind: 'source code', version: 'php-open-source-saver/jwt-auth 2.8' },
  sources: [
    {
      title: 'jwt-auth: quick start',
      url: 'https://github.com/PHP-Open-Source-Saver/jwt-auth/blob/9af3bd9/docs/quick-start.md',
      read: READ,
    },
    {
      title: 'jwt-auth: config and claims in its source code',
      url: 'https://github.com/PHP-Open-Source-Saver/jwt-auth/tree/9af3bd9',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const auth = below(inputs.server, inputs.path)
    const token = (number: 1 | 2) =>
      issuedJwt(now, LIFETIME_SECONDS, {
        iss: 'https://shop.example.com/api/auth/login',
        sub: '1',
        jti: `access-${number}`,
      })
    const tokens = (number: 1 | 2) => ({
      access_token: token(number),
      token_type: 'bearer',
      expires_in: LIFETIME_SECONDS,
    })
    const headers = { authorization: `Bearer ${token(1)}` }
    return {
      signIn: {
        by: 'capture',
        exchange: posted(`${auth}/login`, { email: 'ada@example.com', password: 'lighthouse' }, tokens(1)),
      },
      refresh: {
        request: { method: 'POST', url: `${auth}/refresh`, headers },
        answer: { status: 200, body: tokens(2) },
      },
      refusal: refused(inputs.api, headers, LARAVEL_UNAUTHENTICATED),
      ended: { status: 401, body: { message: 'Token has expired and can no longer be refreshed' } },
      forNow: [{ status: 429, headers: { 'retry-after': '60' }, body: { message: 'Too Many Attempts.' } }],
      signOut: {
        request: { method: 'POST', url: `${auth}/logout`, headers },
        answer: { status: 200, body: { message: 'Successfully logged out' } },
      },
    }
  },
})
