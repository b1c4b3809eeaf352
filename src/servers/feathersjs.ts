import { READ, refused } from './exchanges.ts'
import { api, origin, below } from './inputs.ts'
import { defineServer, oneSession } from './known-server.ts'
import { issuedJwt } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 86_400

export const feathersjs = defineServer({
  name: 'feathersjs',
  title: 'FeathersJS 5',
  inputs: {
    server: origin,
    path: { description: 'The path of the authentication service.', example: '/auth', default: '/authentication' },
    api,
  },
  configuration: (inputs) => {
    const url = below(inputs.server, inputs.path)
    return oneSession({
      resources: [inputs.api],
      except: [url],
      capture: [url],
      tokenFields: { accessToken: 'accessToken' },
      errorField: 'className',
      signOut: { url, method: 'DELETE', body: 'none', headers: { Authorization: 'Bearer {accessToken}' } },
    })
  },
  atTheServer: [
    'Set authentication.jwtOptions.expiresIn to the time after which users have to sign in again: its default is a day.',
    'Register the services over HTTP (koa or express): the worker sees no messages of a socket.',
  ],
  quirks: [
    'Sign out by bearerWorker.signOut(): it sends DELETE /authentication with the token. The answer to that repeats the token, so the page must not send it itself: it would be captured as a sign-in.',
    'A POST with the strategy "jwt" gives the same token back: it renews nothing.',
    'A wrong password is answered with 401 not-authenticated, too.',
  ],
  cannot: [
    'A refresh: there are no refresh tokens. When the token has run out, the session ends with the reason "expired".',
    'Revocation: DELETE only verifies the token, unless your service remembers it.',
  ],
  evidence: { kind: 'source code', version: 'FeathersJS 5.0.50' },
  sources: [
    {
      title: '@feathersjs/authentication 5.0.50: service, jwt and options',
      url: 'https://www.npmjs.com/package/@feathersjs/authentication/v/5.0.50',
      read: READ,
    },
    {
      title: '@feathersjs/errors 5.0.50',
      url: 'https://www.npmjs.com/package/@feathersjs/errors/v/5.0.50',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const url = below(inputs.server, inputs.path)
    const accessToken = issuedJwt(now, LIFETIME_SECONDS, {
      aud: 'https://shop.example.com',
      sub: '1',
      jti: 'access-1',
    })
    const headers = { authorization: `Bearer ${accessToken}` }
    const user = { id: 1, email: 'ada@example.com' }
    return {
      signIn: {
        by: 'capture',
        exchange: {
          request: {
            method: 'POST',
            url,
            json: { strategy: 'local', email: 'ada@example.com', password: 'lighthouse' },
          },
          answer: { status: 201, body: { accessToken, authentication: { strategy: 'local' }, user } },
        },
      },
      refusal: refused(inputs.api, headers, {
        status: 401,
        body: {
          name: 'NotAuthenticated',
          message: 'jwt expired',
          code: 401,
          className: 'not-authenticated',
          data: { name: 'TokenExpiredError' },
        },
      }),
      signOut: {
        request: { method: 'DELETE', url, headers },
        answer: { status: 200, body: { accessToken, authentication: { strategy: 'jwt', accessToken }, user } },
      },
    }
  },
})
