import { READ, posted, refused } from './exchanges.ts'
import { origin, below } from './inputs.ts'
import { defineServer, oneSession, type JsonObject } from './known-server.ts'
import { issuedJwt } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 604_800

export const wordpressJwtAuthentication = defineServer({
  name: 'wordpress-jwt-authentication',
  title: 'WordPress, plugin "JWT Authentication for WP REST API" (Tmeister)',
  inputs: { server: origin },
  configuration: (inputs) => {
    const rest = below(inputs.server, '/wp-json')
    return oneSession({
      resources: [`${rest}/*`],
      except: [`${rest}/jwt-auth/v1/token`],
      capture: [`${rest}/jwt-auth/v1/token`],
      tokenFields: { accessToken: 'token' },
      errorField: 'code',
      invalidToken: { statuses: [401, 403], errorCodes: ['jwt_auth_invalid_token'] },
    })
  },
  atTheServer: [
    'Define JWT_AUTH_SECRET_KEY in wp-config.php, and let the web server hand the Authorization header on.',
    'Where the app is of another origin, define JWT_AUTH_CORS_ENABLE as true.',
    'Shorten the seven days of a token by the filter jwt_auth_expire.',
  ],
  quirks: [
    'An expired token is refused with 403 jwt_auth_invalid_token.',
    'A wrong password is a 403, too, with another code.',
  ],
  cannot: [
    'A refresh: there are no refresh tokens. When the token has run out, the session ends with the reason "expired".',
    'A sign-out at the server: a token is valid until it ends.',
  ],
  evidence: { kind: 'documentation', version: 'JWT Authentication for WP REST API 1.3.4' },
  sources: [
    {
      title: 'JWT Authentication for the WP REST API: README',
      url: 'https://github.com/Tmeister/wp-api-jwt-auth/blob/006eb052804e/README.md',
      read: READ,
    },
    {
      title: 'JWT Authentication for the WP REST API: class-jwt-auth-public.php',
      url: 'https://github.com/Tmeister/wp-api-jwt-auth/blob/a2eca83/public/class-jwt-auth-public.php',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const rest = below(inputs.server, '/wp-json')
    const token = issuedJwt(now, LIFETIME_SECONDS, { iss: 'https://shop.example.com', data: { user: { id: '1' } } })
    const error: JsonObject = { code: 'jwt_auth_invalid_token', message: 'Expired token', data: { status: 403 } }
    return {
      signIn: {
        by: 'capture',
        exchange: posted(
          `${rest}/jwt-auth/v1/token`,
          { username: 'ada', password: 'lighthouse' },
          { token, user_email: 'ada@example.com', user_nicename: 'ada', user_display_name: 'Ada' },
        ),
      },
      refusal: refused(`${rest}/wp/v2/*`, { authorization: `Bearer ${token}` }, { status: 403, body: error }),
      noRefusal: [
        {
          status: 403,
          body: { code: 'jwt_auth_bad_iss', message: 'The iss do not match with this server', data: { status: 403 } },
        },
      ],
    }
  },
})
