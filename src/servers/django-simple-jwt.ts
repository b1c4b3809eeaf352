import { READ, posted, refused } from './exchanges.ts'
import { api, origin, below } from './inputs.ts'
import { defineServer, oneSession, type JsonObject } from './known-server.ts'
import { issuedJwt } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 300

export const djangoSimpleJwt = defineServer({
  name: 'django-simple-jwt',
  title: 'Django REST framework with Simple JWT',
  inputs: {
    server: origin,
    path: { description: 'Where TokenObtainPairView is.', example: '/auth/jwt/', default: '/api/token/' },
    api,
  },
  configuration: (inputs) => {
    const token = below(inputs.server, inputs.path)
    return oneSession({
      resources: [inputs.api],
      except: [token],
      capture: [token],
      tokenFields: { accessToken: 'access', refreshToken: 'refresh' },
      refresh: { url: `${token}refresh/`, body: 'json', tokenField: 'refresh' },
      errorField: 'code',
      invalidToken: { errorCodes: ['token_not_valid'] },
      sessionEnded: { errorCodes: ['token_not_valid', 'no_active_account', 'user_not_found'] },
      signOut: { url: `${token}blacklist/`, body: 'json', parameters: { refresh: '{refreshToken}' } },
    })
  },
  atTheServer: [
    'Add TokenObtainPairView, TokenRefreshView and TokenBlacklistView to the URLs: the last one needs the app rest_framework_simplejwt.token_blacklist.',
    'Make JWTAuthentication the first authentication class: another one can turn 401 into 403.',
    'With ROTATE_REFRESH_TOKENS each refresh brings a new refresh token; with BLACKLIST_AFTER_ROTATION, too, the old one works once only.',
  ],
  quirks: [
    'One code, token_not_valid, means an expired access token at the API and an expired refresh token at the refresh.',
    'By default access tokens live for 5 minutes and refresh tokens for a day, without rotation.',
    'AUTH_HEADER_TYPES can ask for another scheme, such as JWT: write it at "scheme".',
    'BLACKLIST_AFTER_ROTATION has no grace period: a browser that lost the answer to a refresh has to sign in again.',
  ],
  cannot: [],
  evidence: { kind: 'source code', version: 'Simple JWT 5.5.1' },
  sources: [
    {
      title: 'Simple JWT: views, authentication, exceptions and settings in its source code',
      url: 'https://github.com/jazzband/djangorestframework-simplejwt/tree/998eb63/rest_framework_simplejwt',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const token = below(inputs.server, inputs.path)
    const made = (type: string, number: 1 | 2, lifetimeSeconds: number) =>
      issuedJwt(now, lifetimeSeconds, { token_type: type, user_id: '1', jti: `${type}-${number}` })
    const access = (number: 1 | 2) => made('access', number, LIFETIME_SECONDS)
    const refresh = made('refresh', 1, 86_400)
    const challenge = { 'www-authenticate': 'Bearer realm="api"' }
    const refusal: JsonObject = {
      detail: 'Given token not valid for any token type',
      code: 'token_not_valid',
      messages: [{ token_class: 'AccessToken', token_type: 'access', message: 'Token is expired' }],
    }
    return {
      signIn: {
        by: 'capture',
        exchange: posted(token, { username: 'ada', password: 'lighthouse' }, { refresh, access: access(1) }),
      },
      refresh: posted(`${token}refresh/`, { refresh }, { access: access(2) }),
      refusal: refused(
        inputs.api,
        { authorization: `Bearer ${access(1)}` },
        { status: 401, headers: challenge, body: refusal },
      ),
      noRefusal: [{ status: 401, headers: challenge, body: { detail: 'User is inactive', code: 'user_inactive' } }],
      ended: {
        status: 401,
        headers: challenge,
        body: { detail: 'Token is expired', code: 'token_not_valid' },
      },
      signOut: posted(`${token}blacklist/`, { refresh }, {}),
    }
  },
})
