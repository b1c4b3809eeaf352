import { READ, refused } from './exchanges.ts'
import { api, origin, below } from './inputs.ts'
import { defineServer, oneSession } from './known-server.ts'
import { issuedJwt } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 3600

export const deviseJwt = defineServer({
  name: 'devise-jwt',
  title: 'Devise-JWT (Rails)',
  inputs: {
    server: origin,
    scope: {
      description: 'The path of the Devise mapping of those who sign in.',
      example: '/api/users',
      default: '/users',
    },
    api,
  },
  configuration: (inputs) => {
    const users = below(inputs.server, inputs.scope)
    return oneSession({
      resources: [inputs.api],
      except: [`${users}/sign_in`, users],
      capture: [`${users}/sign_in`, users],
      tokenFields: { accessToken: 'header:authorization' },
      signOut: {
        url: `${users}/sign_out`,
        method: 'DELETE',
        body: 'none',
        headers: { Authorization: 'Bearer {accessToken}', Accept: 'application/json' },
      },
    })
  },
  atTheServer: [
    'Let the sessions controller answer JSON: respond_to :json.',
    'Where the API is of another origin, expose the header: expose: %w(Authorization) in rack-cors.',
    'Set jwt.expiration_time to the time after which users have to sign in again: its default is an hour.',
  ],
  quirks: [
    'The token is in the header Authorization of the answer: the worker takes it out.',
    'A registration brings a token, too.',
    'A Rails session beside it authorizes requests by cookie, token or not: disable it for the API.',
  ],
  cannot: [
    'A refresh: there are no refresh tokens. When the token has run out, the session ends with the reason "expired".',
  ],
  evidence: { kind: 'source code', version: 'warden-jwt_auth 0.12.0' },
  sources: [
    {
      title: 'devise-jwt: README',
      url: 'https://github.com/waiting-for-dev/devise-jwt/blob/007d176077d7/README.md',
      read: READ,
    },
    {
      title: 'warden-jwt_auth: strategy and token_encoder',
      url: 'https://github.com/waiting-for-dev/warden-jwt_auth/tree/f11eacb/lib/warden/jwt_auth',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const users = below(inputs.server, inputs.scope)
    const token = issuedJwt(now, LIFETIME_SECONDS, { sub: '1', scp: 'user', aud: null, jti: 'access-1' })
    const authorization = `Bearer ${token}`
    return {
      signIn: {
        by: 'capture',
        exchange: {
          request: {
            method: 'POST',
            url: `${users}/sign_in`,
            json: { user: { email: 'ada@example.com', password: 'lighthouse' } },
          },
          answer: { status: 200, headers: { authorization }, body: { id: 1, email: 'ada@example.com' } },
        },
      },
      refusal: refused(inputs.api, { authorization }, { status: 401, body: { error: 'Signature has expired' } }),
      signOut: {
        request: { method: 'DELETE', url: `${users}/sign_out`, headers: { authorization } },
        answer: { status: 204 },
      },
    }
  },
})
