import { READ, refused } from './exchanges.ts'
import { origin, below } from './inputs.ts'
import { defineServer, oneSession, type JsonObject } from './known-server.ts'
import { issuedJwt } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 600

export const wordpressJwtAuth = defineServer({
  name: 'wordpress-jwt-auth',
  title: 'WordPress, plugin "JWT Auth" (usefulteam)',
  inputs: { server: origin },
  configuration: (inputs) => {
    const rest = below(inputs.server, '/wp-json')
    return oneSession({
      resources: [`${rest}/*`],
      except: [`${rest}/jwt-auth/v1/token`],
      capture: [`${rest}/jwt-auth/v1/token`],
      tokenFields: { accessToken: 'data.token' },
      refresh: {
        url: `${rest}/jwt-auth/v1/token`,
        body: 'none',
        credentials: inputs.server === '' ? 'same-origin' : 'include',
      },
      errorField: 'code',
      invalidToken: { statuses: [401], errorCodes: ['jwt_auth_invalid_token', 'jwt_auth_obsolete_token'] },
      sessionEnded: {
        errorCodes: [
          'jwt_auth_invalid_refresh_token',
          'jwt_auth_obsolete_refresh_token',
          'jwt_auth_expired_refresh_token',
          'jwt_auth_missing_credentials',
        ],
      },
    })
  },
  atTheServer: [
    'Define JWT_AUTH_SECRET_KEY in wp-config.php, and let the web server hand the Authorization header on.',
    'Serve WordPress from the site of the app: its cookie is not sent from another site.',
    'Let your application rotate the refresh token by POST /wp-json/jwt-auth/v1/token/refresh before its 30 days are over, or users sign in again.',
  ],
  quirks: [
    'The refresh token is in a cookie, "refresh_token". POST /token with it brings an access token, and leaves the cookie as it is.',
    'POST /token/refresh renews the cookie and brings no token.',
    'One refresh token for each user and "device": a second browser without the parameter "device" ends the first.',
    'A wrong password is a 401 with a code of WordPress: it leads to no refresh.',
  ],
  cannot: ['A sign-out at the server: the refresh token is valid until it is replaced or 30 days are over.'],
  evidence: { kind: 'source code', version: 'JWT Auth 3.0.2' },
  sources: [
    {
      title: 'JWT Auth: class-auth.php',
      url: 'https://github.com/usefulteam/jwt-auth/blob/8207807/class-auth.php',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const rest = below(inputs.server, '/wp-json')
    const url = `${rest}/jwt-auth/v1/token`
    const token = (number: 1 | 2) =>
      issuedJwt(now + number, LIFETIME_SECONDS, { iss: 'https://shop.example.com', data: { user: { id: 1 } } })
    const valid = (number: 1 | 2): JsonObject => ({
      success: true,
      statusCode: 200,
      code: 'jwt_auth_valid_credential',
      message: 'Credential is valid',
      data: { token: token(number), id: 1, email: 'ada@example.com', nicename: 'ada', displayName: 'Ada' },
    })
    const error = (code: string, message: string): JsonObject => ({
      success: false,
      statusCode: 401,
      code,
      message,
      data: [],
    })
    const cookie = 'refresh_token=1.made-up-refresh'
    return {
      signIn: {
        by: 'capture',
        exchange: {
          request: { method: 'POST', url, json: { username: 'ada', password: 'lighthouse' } },
          answer: { status: 200, headers: { 'set-cookie': `${cookie}; path=/; HttpOnly` }, body: valid(1) },
        },
      },
      refresh: {
        request: { method: 'POST', url, headers: { cookie } },
        answer: { status: 200, body: valid(2) },
      },
      refusal: refused(
        `${rest}/wp/v2/*`,
        { authorization: `Bearer ${token(1)}` },
        { status: 401, body: error('jwt_auth_invalid_token', 'Expired token') },
      ),
      noRefusal: [{ status: 401, body: error('jwt_auth_bad_iss', 'The iss do not match with this server.') }],
      ended: { status: 401, body: error('jwt_auth_expired_refresh_token', 'Refresh token has expired.') },
    }
  },
})
