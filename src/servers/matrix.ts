import { READ, posted, refused } from './exchanges.ts'
import { below } from './inputs.ts'
import { defineServer, oneSession, type JsonObject } from './known-server.ts'
import { opaqueToken } from './made-up-tokens.ts'

export const matrix = defineServer({
  name: 'matrix',
  title: 'Matrix, client-server API',
  inputs: {
    homeserver: { description: 'The URL of the homeserver.', example: 'https://matrix.example.com' },
  },
  configuration: (inputs) => {
    const matrixApi = below(inputs.homeserver, '/_matrix')
    const client = `${matrixApi}/client/v3`
    return oneSession({
      resources: [`${matrixApi}/client/*`, `${matrixApi}/media/*`],
      except: [`${client}/login`, `${client}/register`],
      capture: [`${client}/login`, `${client}/register`],
      tokenFields: { expiresIn: { at: 'expires_in_ms', in: 'ms' } },
      refresh: { url: `${client}/refresh`, body: 'json' },
      errorField: 'errcode',
      invalidToken: { errorCodes: ['M_UNKNOWN_TOKEN'] },
      sessionEnded: { errorCodes: ['M_UNKNOWN_TOKEN', 'M_USER_DEACTIVATED'] },
      signOut: {
        url: `${client}/logout`,
        body: 'json',
        headers: { Authorization: 'Bearer {accessToken}' },
      },
    })
  },
  atTheServer: ['Nothing: the specification has every homeserver allow every origin by CORS.'],
  quirks: [
    'A refresh token comes only if the sign-in asks for it: send "refresh_token": true.',
    'Lifetimes are in milliseconds.',
    'The old refresh token is valid until the new access token is used for the first time.',
    'M_UNKNOWN_TOKEN means an expired access token at the API and a dead refresh token at the refresh; "soft_logout" says whether the device may sign in again with its keys.',
    'From version 1.15 of the specification there is an OAuth 2.0 API, too: where the homeserver has it, use "authorizationServer".',
    'Media is shown in images with the token since version 1.11 ("/_matrix/client/v1/media"): the worker adds it.',
  ],
  cannot: [],
  evidence: { kind: 'documentation', version: 'Matrix specification 1.17' },
  sources: [
    {
      title: 'Matrix specification: /login, /refresh, /logout',
      url: 'https://github.com/matrix-org/matrix-spec/tree/d0ba2aae/data/api/client-server',
      read: READ,
    },
    {
      title: 'Matrix specification: client-server API',
      url: 'https://github.com/matrix-org/matrix-spec/blob/d0ba2aae/content/client-server-api/_index.md',
      read: READ,
    },
  ],
  answers(inputs) {
    const client = below(inputs.homeserver, '/_matrix/client/v3')
    const tokens = (number: 1 | 2): JsonObject => ({
      access_token: opaqueToken(`access-${number}`),
      refresh_token: opaqueToken(`refresh-${number}`),
      expires_in_ms: 300_000,
    })
    const headers = { authorization: `Bearer ${opaqueToken('access-1')}` }
    const unknown = (error: string): JsonObject => ({ errcode: 'M_UNKNOWN_TOKEN', error, soft_logout: true })
    return {
      signIn: {
        by: 'capture',
        exchange: posted(
          `${client}/login`,
          {
            type: 'm.login.password',
            identifier: { type: 'm.id.user', user: 'ada' },
            password: 'lighthouse',
            refresh_token: true,
          },
          { user_id: '@ada:example.com', device_id: 'MADEUP', ...tokens(1) },
        ),
      },
      refresh: posted(`${client}/refresh`, { refresh_token: opaqueToken('refresh-1') }, tokens(2)),
      refusal: refused(`${client}/*`, headers, { status: 401, body: unknown('Access token has expired') }),
      noRefusal: [{ status: 401, body: { errcode: 'M_MISSING_TOKEN', error: 'Missing access token' } }],
      ended: { status: 401, body: unknown('Soft logged out') },
      forNow: [
        {
          status: 429,
          body: { errcode: 'M_LIMIT_EXCEEDED', error: 'Too many requests', retry_after_ms: 2000 },
        },
      ],
      signOut: {
        request: { method: 'POST', url: `${client}/logout`, headers, json: {} },
        answer: { status: 200, body: {} },
      },
    }
  },
})
