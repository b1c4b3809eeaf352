import { READ, posted, refused } from './exchanges.ts'
import { api, origin, withoutSlash } from './inputs.ts'
import { defineServer, oneSession, type Inputs, type JsonObject, type Source } from './known-server.ts'
import { issuedJwt } from './made-up-tokens.ts'

/** Two servers that differ in where the refresh token goes. */

const LIFETIME_SECONDS = 900

const inputs = {
  server: origin,
  login: { description: 'The route that signs in.', example: '/api/auth/login', default: '/auth/login' },
  refresh: { description: 'The route that refreshes.', example: '/api/auth/refresh', default: '/auth/refresh' },
  api,
} as const

const session = (given: Inputs<keyof typeof inputs>, call: JsonObject): JsonObject => {
  const server = withoutSlash(given.server)
  return oneSession({
    resources: [given.api],
    except: [`${server}${given.login}`],
    capture: [`${server}${given.login}`],
    tokenFields: { accessToken: ['accessToken', 'access_token'], refreshToken: ['refreshToken', 'refresh_token'] },
    refresh: { url: `${server}${given.refresh}`, ...call },
    errorField: 'message',
  })
}

const sources: readonly Source[] = [
  {
    title: 'NestJS: Authentication',
    url: 'https://github.com/nestjs/docs.nestjs.com/blob/083aa0da4425/content/security/authentication.md',
    read: READ,
  },
]

const unauthorized: JsonObject = { message: 'Unauthorized', statusCode: 401 }
const exampleSession = (given: Inputs<keyof typeof inputs>, now: number) => {
  const server = withoutSlash(given.server)
  const made = (type: string, number: 1 | 2, lifetimeSeconds: number) =>
    issuedJwt(now, lifetimeSeconds, { sub: 1, username: 'ada', jti: `${type}-${number}` })
  const tokens = (number: 1 | 2) => ({
    accessToken: made('access', number, LIFETIME_SECONDS),
    refreshToken: made('refresh', number, 604_800),
  })
  const exchange = posted(`${server}${given.login}`, { username: 'ada', password: 'lighthouse' }, tokens(1))
  const refusal = refused(
    given.api,
    { authorization: `Bearer ${tokens(1).accessToken}` },
    { status: 401, body: unauthorized },
  )
  return {
    url: `${server}${given.refresh}`,
    tokens,
    rest: { signIn: { by: 'capture' as const, exchange }, refusal, ended: { status: 401, body: unauthorized } },
  }
}

export const nestjsBody = defineServer({
  name: 'nestjs-body',
  title: 'NestJS, refresh token in the body',
  inputs,
  configuration: (given) => session(given, { body: 'json', tokenField: 'refreshToken' }),
  atTheServer: [
    'Let the sign-in and the refresh answer accessToken and refreshToken, or access_token and refresh_token.',
    'Let the refresh read refreshToken from a JSON body; write another name at "tokenField".',
    'Throw UnauthorizedException where a token is not valid.',
  ],
  quirks: [
    'The documentation of NestJS shows a sign-in with access_token and no refresh: names and routes are those of most tutorials, so compare them with yours.',
    'A POST is answered with 201 unless @HttpCode says otherwise: both are fine.',
    'A 401 has no code: "Unauthorized" at the refresh ends the session.',
  ],
  cannot: [],
  evidence: { kind: 'documentation', version: 'NestJS 11' },
  sources,
  answers(given, now) {
    const { url, tokens, rest } = exampleSession(given, now)
    return { ...rest, refresh: posted(url, { refreshToken: tokens(1).refreshToken }, tokens(2)) }
  },
})

export const nestjsHeader = defineServer({
  name: 'nestjs-header',
  title: 'NestJS, refresh token in the header',
  inputs,
  configuration: (given) => session(given, { body: 'none', headers: { Authorization: 'Bearer {refreshToken}' } }),
  atTheServer: [
    'Guard the refresh with a Passport strategy that reads ExtractJwt.fromAuthHeaderAsBearerToken() with the secret of refresh tokens.',
    'Let the sign-in and the refresh answer accessToken and refreshToken, or access_token and refresh_token.',
  ],
  quirks: [
    'The refresh token goes in the header of the refresh, in place of the access token.',
    'Many examples refresh by GET: write "method": "GET" then.',
    'A 401 has no code: "Unauthorized" at the refresh ends the session.',
  ],
  cannot: [],
  evidence: { kind: 'documentation', version: 'NestJS 11' },
  sources,
  answers(given, now) {
    const { url, tokens, rest } = exampleSession(given, now)
    return {
      ...rest,
      refresh: {
        request: { method: 'POST', url, headers: { authorization: `Bearer ${tokens(1).refreshToken}` } },
        answer: { status: 200, body: tokens(2) },
      },
    }
  },
})
