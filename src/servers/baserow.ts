import { READ, posted, refused } from './exchanges.ts'
import { below } from './inputs.ts'
import { defineServer, oneSession, type JsonObject } from './known-server.ts'
import { issuedJwt } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 600

export const baserow = defineServer({
  name: 'baserow',
  title: 'Baserow',
  inputs: {
    server: {
      description: 'The URL of the Baserow backend.',
      example: 'https://baserow.example.com',
      default: 'https://api.baserow.io',
    },
  },
  configuration: (inputs) => {
    const user = below(inputs.server, '/api/user')
    return oneSession({
      resources: [below(inputs.server, '/api/*')],
      except: [`${user}/token-auth/`],
      scheme: 'JWT',
      capture: [`${user}/token-auth/`],
      refresh: { url: `${user}/token-refresh/`, body: 'json' },
      invalidToken: { errorCodes: ['ERROR_INVALID_ACCESS_TOKEN'] },
      sessionEnded: { errorCodes: ['ERROR_INVALID_REFRESH_TOKEN', 'ERROR_DEACTIVATED_USER'] },
      signOut: {
        url: `${user}/token-blacklist/`,
        body: 'json',
        parameters: { refresh_token: '{refreshToken}' },
      },
    })
  },
  atTheServer: ['Nothing: Baserow allows every origin by CORS.'],
  quirks: [
    'The scheme is JWT.',
    'A status of 401 has many meanings, a wrong password is one: only ERROR_INVALID_ACCESS_TOKEN leads to a refresh.',
    'The sign-in repeats the access token as "token": the page gets neither.',
    'A refresh brings an access token and no refresh token: the user signs in again after 7 days.',
  ],
  cannot: ['Rotation of refresh tokens.'],
  evidence: { kind: 'source code', version: 'Baserow 1.35.3' },
  sources: [
    {
      title: 'Baserow: api/user and api/authentication in its source code',
      url: 'https://github.com/bram2w/baserow/tree/01c464ff0/backend/src/baserow/api',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const user = below(inputs.server, '/api/user')
    const access = (number: 1 | 2) =>
      issuedJwt(now, LIFETIME_SECONDS, { token_type: 'access', user_id: 1, jti: `access-${number}` })
    const refresh = issuedJwt(now, 604_800, { token_type: 'refresh', user_id: 1, jti: 'refresh-1' })
    const account: JsonObject = { first_name: 'Ada', username: 'ada@example.com', language: 'en' }
    const error = (code: string, detail: string): JsonObject => ({ error: code, detail })
    return {
      signIn: {
        by: 'capture',
        exchange: posted(
          `${user}/token-auth/`,
          { email: 'ada@example.com', password: 'lighthouse' },
          { token: access(1), access_token: access(1), refresh_token: refresh, user: account },
        ),
      },
      refresh: posted(
        `${user}/token-refresh/`,
        { refresh_token: refresh },
        { token: access(2), access_token: access(2), user: account },
      ),
      refusal: refused(
        below(inputs.server, '/api/*'),
        { authorization: `JWT ${access(1)}` },
        { status: 401, body: error('ERROR_INVALID_ACCESS_TOKEN', 'Access token is expired or invalid.') },
      ),
      noRefusal: [
        {
          status: 401,
          body: error('ERROR_INVALID_CREDENTIALS', 'No active account found with the given credentials.'),
        },
      ],
      ended: { status: 401, body: error('ERROR_INVALID_REFRESH_TOKEN', 'Refresh token is expired or invalid.') },
      signOut: {
        request: { method: 'POST', url: `${user}/token-blacklist/`, json: { refresh_token: refresh } },
        answer: { status: 204 },
      },
    }
  },
})
