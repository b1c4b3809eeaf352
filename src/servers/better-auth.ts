import { READ, refused } from './exchanges.ts'
import { api, origin, below } from './inputs.ts'
import { defineServer, oneSession } from './known-server.ts'
import { issuedJwt } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 900

export const betterAuth = defineServer({
  name: 'better-auth',
  title: 'better-auth with its JWT plugin',
  inputs: { server: origin, api },
  configuration: (inputs) => {
    const auth = below(inputs.server, '/api/auth')
    return oneSession({
      resources: [inputs.api],
      except: [`${auth}/*`],
      tokenFields: { accessToken: 'token' },
      refresh: {
        url: `${auth}/token`,
        method: 'GET',
        body: 'none',
        credentials: inputs.server === '' ? 'same-origin' : 'include',
      },
      errorField: 'code',
      sessionEnded: { errorCodes: ['UNAUTHORIZED'] },
    })
  },
  atTheServer: [
    'Add the plugin jwt().',
    'Where better-auth is of another origin, list the origin of the site in trustedOrigins and allow it by CORS with credentials.',
  ],
  quirks: [
    'The user is in a cookie: after a sign-in call bearerWorker.refresh(), which brings the first token.',
    'signOut() of the worker forgets the token; authClient.signOut() ends the session.',
    'The limit of requests tells its pause in X-Retry-After, which is no Retry-After: the worker chooses its own.',
  ],
  cannot: [],
  evidence: { kind: 'source code', version: 'better-auth 1.7.25' },
  sources: [
    {
      title: 'better-auth 1.7.25: plugins/jwt, api/routes/session, api/rate-limiter',
      url: 'https://www.npmjs.com/package/better-auth/v/1.7.25',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const auth = below(inputs.server, '/api/auth')
    const token = (number: 1 | 2) =>
      issuedJwt(now, LIFETIME_SECONDS, { sub: 'user-1', iss: 'https://shop.example.com', jti: `${number}` })
    const cookie = 'better-auth.session_token=made-up-session'
    return {
      signIn: {
        by: 'cookie',
        exchange: {
          request: {
            method: 'POST',
            url: `${auth}/sign-in/email`,
            json: { email: 'ada@example.com', password: 'lighthouse' },
          },
          answer: {
            status: 200,
            headers: { 'set-cookie': `${cookie}; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax` },
            body: { redirect: false, user: { id: 'user-1', email: 'ada@example.com', name: 'Ada' } },
          },
        },
        first: { status: 200, body: { token: token(1) } },
      },
      refresh: {
        request: { method: 'GET', url: `${auth}/token`, headers: { cookie } },
        answer: { status: 200, body: { token: token(2) } },
      },
      refusal: refused(inputs.api, { authorization: `Bearer ${token(1)}` }, { status: 401 }),
      ended: { status: 401, body: { message: 'Unauthorized', code: 'UNAUTHORIZED' } },
      forNow: [
        {
          status: 429,
          headers: { 'x-retry-after': '10' },
          body: { message: 'Too many requests. Please try again later.' },
        },
      ],
    }
  },
})
