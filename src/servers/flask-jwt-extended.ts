import { READ, posted, refused } from './exchanges.ts'
import { api, origin, withoutSlash } from './inputs.ts'
import { defineServer, oneSession } from './known-server.ts'
import { issuedJwt } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 900

export const flaskJwtExtended = defineServer({
  name: 'flask-jwt-extended',
  title: 'Flask-JWT-Extended',
  inputs: {
    server: origin,
    login: { description: 'The route that signs in.', example: '/api/login', default: '/login' },
    refresh: { description: 'The route that refreshes.', example: '/api/refresh', default: '/refresh' },
    api,
  },
  configuration: (inputs) => {
    const server = withoutSlash(inputs.server)
    return oneSession({
      resources: [inputs.api],
      except: [`${server}${inputs.login}`],
      capture: [`${server}${inputs.login}`],
      refresh: {
        url: `${server}${inputs.refresh}`,
        body: 'none',
        headers: { Authorization: 'Bearer {refreshToken}' },
      },
      errorField: 'msg',
      invalidToken: {
        statuses: [401, 422],
        errorCodes: ['Token has expired', 'Token has been revoked', 'Signature verification failed'],
      },
      sessionEnded: { statuses: [400, 401, 422] },
    })
  },
  atTheServer: [
    'Keep "headers" in JWT_TOKEN_LOCATION, and guard the route that refreshes with jwt_required(refresh=True).',
    'Let the sign-in answer access_token and refresh_token; a refresh answers access_token, and refresh_token where you rotate it.',
  ],
  quirks: [
    'The refresh token goes in the header of the refresh, not in its body.',
    'There are no codes: the messages at "msg" are compared. JWT_ERROR_MESSAGE_KEY and the loaders of JWTManager change them.',
    'A token that cannot be read is refused with 422.',
    '"Fresh token required" is a 401 that no refresh can fix: the page gets it.',
    'By default access tokens live for 15 minutes and refresh tokens for 30 days.',
  ],
  cannot: ['A sign-out of its own: with a blocklist, describe your route at "signOut".'],
  evidence: { kind: 'source code', version: 'Flask-JWT-Extended 4.7.1' },
  sources: [
    {
      title: 'Flask-JWT-Extended: examples/refresh_tokens.py and default_callbacks.py',
      url: 'https://github.com/vimalloc/flask-jwt-extended/tree/1910726',
      read: READ,
    },
    {
      title: 'Flask-JWT-Extended: Refreshing Tokens',
      url: 'https://github.com/vimalloc/flask-jwt-extended/blob/763ef23e7a42/docs/refreshing_tokens.rst',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const server = withoutSlash(inputs.server)
    const access = (number: 1 | 2) =>
      issuedJwt(now, LIFETIME_SECONDS, { sub: 'ada', type: 'access', fresh: false, jti: `access-${number}` })
    const refresh = issuedJwt(now, 2_592_000, { sub: 'ada', type: 'refresh', jti: 'refresh-1' })
    return {
      signIn: {
        by: 'capture',
        exchange: posted(
          `${server}${inputs.login}`,
          { username: 'ada', password: 'lighthouse' },
          { access_token: access(1), refresh_token: refresh },
        ),
      },
      refresh: {
        request: {
          method: 'POST',
          url: `${server}${inputs.refresh}`,
          headers: { authorization: `Bearer ${refresh}` },
        },
        answer: { status: 200, body: { access_token: access(2) } },
      },
      refusal: refused(
        inputs.api,
        { authorization: `Bearer ${access(1)}` },
        { status: 401, body: { msg: 'Token has expired' } },
      ),
      noRefusal: [{ status: 401, body: { msg: 'Fresh token required' } }],
      ended: { status: 401, body: { msg: 'Token has expired' } },
    }
  },
})
