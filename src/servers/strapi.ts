import { READ, posted, refused } from './exchanges.ts'
import { origin, below } from './inputs.ts'
import { defineServer, oneSession, type JsonObject } from './known-server.ts'
import { issuedJwt } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 600

export const strapi = defineServer({
  name: 'strapi',
  title: 'Strapi 5',
  inputs: { server: origin },
  configuration: (inputs) => {
    const rest = below(inputs.server, '/api')
    return oneSession({
      resources: [`${rest}/*`],
      capture: [`${rest}/auth/local`, `${rest}/auth/local/register`],
      tokenFields: { accessToken: 'jwt', refreshToken: 'refreshToken' },
      refresh: { url: `${rest}/auth/refresh`, body: 'json', tokenField: 'refreshToken' },
      errorField: 'error.message',
      sessionEnded: { errorCodes: ['Invalid refresh token'] },
      signOut: {
        url: `${rest}/auth/logout`,
        body: 'json',
        headers: { Authorization: 'Bearer {accessToken}' },
        parameters: { refreshToken: '{refreshToken}' },
      },
      except: [`${rest}/auth/local`, `${rest}/auth/local/register`],
    })
  },
  atTheServer: [
    'Set jwtManagement to "refresh" in the configuration of the plugin users-permissions: its default, "legacy-support", has no refresh and tokens of 30 days.',
    'Leave sessions.httpOnly at false: the refresh token is then in the answer.',
    'Allow the origin of the site in the middleware strapi::cors, where it is another.',
  ],
  quirks: [
    'A refresh rotates: it answers a new "jwt" and a new "refreshToken".',
    'An access token lives for 10 minutes; a session for a day at most, and for two hours without a refresh, by default.',
    'Errors have no codes of their own: their messages are compared, which a translation would change.',
    'A request without a token gets what the role "Public" may see, or 403.',
    'With the refresh token in a cookie: "body": "none", "credentials": "include" and the header x-strapi-refresh-cookie: httpOnly.',
  ],
  cannot: [],
  evidence: { kind: 'source code', version: 'Strapi 5.54.0' },
  sources: [
    {
      title: '@strapi/plugin-users-permissions 5.54.0: controllers/auth and config',
      url: 'https://www.npmjs.com/package/@strapi/plugin-users-permissions/v/5.54.0',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const rest = below(inputs.server, '/api')
    const token = (type: string, number: 1 | 2, lifetimeSeconds: number) =>
      issuedJwt(now, lifetimeSeconds, { userId: '1', sessionId: `session-${number}`, type })
    const tokens = (number: 1 | 2): JsonObject => ({
      jwt: token('access', number, LIFETIME_SECONDS),
      refreshToken: token('refresh', number, 86_400),
    })
    const unauthorized = (message: string): JsonObject => ({
      data: null,
      error: { status: 401, name: 'UnauthorizedError', message, details: {} },
    })
    const refreshToken = token('refresh', 1, 86_400)
    const authorization = `Bearer ${token('access', 1, LIFETIME_SECONDS)}`
    return {
      signIn: {
        by: 'capture',
        exchange: posted(
          `${rest}/auth/local`,
          { identifier: 'ada@example.com', password: 'lighthouse' },
          { ...tokens(1), user: { id: 1, username: 'ada', email: 'ada@example.com' } },
        ),
      },
      refresh: posted(`${rest}/auth/refresh`, { refreshToken }, tokens(2)),
      refusal: refused(
        `${rest}/*`,
        { authorization },
        { status: 401, body: unauthorized('Missing or invalid credentials') },
      ),
      ended: { status: 401, body: unauthorized('Invalid refresh token') },
      signOut: {
        request: {
          method: 'POST',
          url: `${rest}/auth/logout`,
          headers: { authorization },
          json: { refreshToken },
        },
        answer: { status: 200, body: { ok: true } },
      },
    }
  },
})
