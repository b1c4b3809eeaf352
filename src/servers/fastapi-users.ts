import { READ, refused } from './exchanges.ts'
import { api, origin, below } from './inputs.ts'
import { defineServer, oneSession } from './known-server.ts'
import { endingJwt } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 3600

export const fastapiUsers = defineServer({
  name: 'fastapi-users',
  title: 'FastAPI Users',
  inputs: {
    server: origin,
    path: { description: 'Where the router of the backend is.', example: '/api/auth', default: '/auth/jwt' },
    api,
  },
  configuration: (inputs) => {
    const auth = below(inputs.server, inputs.path)
    return oneSession({
      resources: [inputs.api],
      except: [`${auth}/*`],
      capture: [`${auth}/login`],
      lifetimeSeconds: LIFETIME_SECONDS,
      signOut: { url: `${auth}/logout`, body: 'none', headers: { Authorization: 'Bearer {accessToken}' } },
    })
  },
  atTheServer: [
    'Use a BearerTransport, with JWTStrategy or DatabaseStrategy.',
    'Set lifetime_seconds to the time after which users have to sign in again, and the same number at "lifetimeSeconds".',
  ],
  quirks: [
    'A token says when it ends and not when it was issued: without "lifetimeSeconds" the session would not end when the token has run out.',
    'A sign-out deletes a token of DatabaseStrategy or RedisStrategy; a JWT stays valid until it ends.',
    'A wrong password is answered with 400 LOGIN_BAD_CREDENTIALS, which is not captured.',
  ],
  cannot: [
    'A refresh: there are no refresh tokens. When the token has run out, the session ends with the reason "expired".',
  ],
  evidence: { kind: 'source code', version: 'FastAPI Users 15.0.5' },
  sources: [
    {
      title: 'FastAPI Users: jwt, transport/bearer and authenticator in its source code',
      url: 'https://github.com/fastapi-users/fastapi-users/tree/9ef8cd82/fastapi_users',
      read: READ,
    },
    {
      title: 'FastAPI Users: routes',
      url: 'https://github.com/fastapi-users/fastapi-users/blob/9ef8cd82/docs/usage/routes.md',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const auth = below(inputs.server, inputs.path)
    const token = endingJwt(now, LIFETIME_SECONDS, { sub: 'user-1', aud: ['fastapi-users:auth'] })
    const authorization = `Bearer ${token}`
    return {
      signIn: {
        by: 'capture',
        exchange: {
          request: {
            method: 'POST',
            url: `${auth}/login`,
            form: { username: 'ada@example.com', password: 'lighthouse' },
          },
          answer: { status: 200, body: { access_token: token, token_type: 'bearer' } },
        },
      },
      refusal: refused(inputs.api, { authorization }, { status: 401, body: { detail: 'Unauthorized' } }),
      signOut: {
        request: { method: 'POST', url: `${auth}/logout`, headers: { authorization } },
        answer: { status: 204 },
      },
    }
  },
})
