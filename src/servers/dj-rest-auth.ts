import { READ, refused } from './exchanges.ts'
import { api, origin, below } from './inputs.ts'
import { defineServer, oneSession } from './known-server.ts'
import { issuedJwt } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 300

export const djRestAuth = defineServer({
  name: 'dj-rest-auth',
  title: 'dj-rest-auth with JWT',
  inputs: {
    server: origin,
    path: { description: 'Where the URLs of dj-rest-auth are.', example: '/api/auth/', default: '/dj-rest-auth/' },
    api,
  },
  configuration: (inputs) => {
    const auth = below(inputs.server, inputs.path)
    const credentials = inputs.server === '' ? 'same-origin' : 'include'
    return oneSession({
      resources: [inputs.api],
      except: [`${auth}*`],
      capture: [`${auth}login/`],
      tokenFields: { accessToken: 'access', expiresAt: { at: 'access_expiration', in: 'iso' } },
      refresh: { url: `${auth}token/refresh/`, body: 'none', credentials },
      errorField: 'code',
      invalidToken: { errorCodes: ['token_not_valid'] },
      sessionEnded: { errorCodes: ['token_not_valid'] },
      signOut: { url: `${auth}logout/`, body: 'none', credentials },
    })
  },
  atTheServer: [
    'In REST_AUTH, set USE_JWT to True, JWT_AUTH_REFRESH_COOKIE to a name, and SESSION_LOGIN to False.',
    'Leave JWT_AUTH_COOKIE at None: the access token goes in the header.',
    'Where the API is of another site, set JWT_AUTH_SAMESITE to "None" and JWT_AUTH_SECURE to True, and allow the origin by CORS with credentials.',
  ],
  quirks: [
    'JWT_AUTH_HTTPONLY is on by default: "refresh" is then an empty string, and the refresh token is in the cookie alone.',
    'Only the answer to a refresh has "access_expiration", unless JWT_AUTH_RETURN_EXPIRATION is on.',
    'With JWT_AUTH_HTTPONLY off it is as Simple JWT: "body": "json", "tokenField": "refresh".',
    'Without the app rest_framework_simplejwt.token_blacklist the sign-out only deletes the cookies.',
  ],
  cannot: [],
  evidence: { kind: 'source code', version: 'dj-rest-auth 7.2' },
  sources: [
    {
      title: 'dj-rest-auth: jwt_auth, views and app_settings in its source code',
      url: 'https://github.com/iMerica/dj-rest-auth/tree/c0c9c23/dj_rest_auth',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const auth = below(inputs.server, inputs.path)
    const access = (number: 1 | 2) =>
      issuedJwt(now, LIFETIME_SECONDS, { token_type: 'access', user_id: '1', jti: `access-${number}` })
    const cookie = `refresh-token=${issuedJwt(now, 86_400, { token_type: 'refresh', user_id: '1', jti: 'refresh-1' })}`
    const challenge = { 'www-authenticate': 'Bearer realm="api"' }
    return {
      signIn: {
        by: 'capture',
        exchange: {
          request: { method: 'POST', url: `${auth}login/`, json: { username: 'ada', password: 'lighthouse' } },
          answer: {
            status: 200,
            headers: { 'set-cookie': `${cookie}; HttpOnly; Path=/; SameSite=Lax` },
            body: { access: access(1), refresh: '', user: { pk: 1, username: 'ada', email: 'ada@example.com' } },
          },
        },
      },
      refresh: {
        request: { method: 'POST', url: `${auth}token/refresh/`, headers: { cookie } },
        answer: {
          status: 200,
          body: { access: access(2), access_expiration: new Date((now + LIFETIME_SECONDS) * 1000).toISOString() },
        },
      },
      refusal: refused(
        inputs.api,
        { authorization: `Bearer ${access(1)}` },
        {
          status: 401,
          headers: challenge,
          body: {
            detail: 'Given token not valid for any token type',
            code: 'token_not_valid',
            messages: [{ token_class: 'AccessToken', token_type: 'access', message: 'Token is expired' }],
          },
        },
      ),
      noRefusal: [{ status: 401, headers: challenge, body: { detail: 'User is inactive', code: 'user_inactive' } }],
      ended: {
        status: 401,
        headers: challenge,
        body: { detail: 'Token is expired', code: 'token_not_valid' },
      },
      signOut: {
        request: { method: 'POST', url: `${auth}logout/`, headers: { cookie } },
        answer: { status: 200, body: { detail: 'Successfully logged out.' } },
      },
    }
  },
})
