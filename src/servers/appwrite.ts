import { READ, refused } from './exchanges.ts'
import { api, below, withoutSlash } from './inputs.ts'
import { defineServer, oneSession, type JsonObject } from './known-server.ts'
import { endingJwt } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 900

export const appwrite = defineServer({
  name: 'appwrite',
  title: 'Appwrite',
  inputs: {
    endpoint: { description: 'The API endpoint of Appwrite.', example: 'https://appwrite.example.com/v1' },
    project: { description: 'The project id.', example: 'shop' },
    api: { ...api, description: 'The requests to your own backend that get the token, as a URL pattern.' },
  },
  configuration: (inputs) =>
    oneSession({
      resources: [inputs.api],
      header: 'X-Appwrite-JWT',
      scheme: '',
      tokenFields: { accessToken: 'jwt' },
      lifetimeSeconds: LIFETIME_SECONDS,
      refresh: {
        url: below(inputs.endpoint, '/account/jwts'),
        body: 'none',
        headers: { 'X-Appwrite-Project': inputs.project },
        credentials: 'include',
      },
      errorField: 'type',
      sessionEnded: { errorCodes: ['general_unauthorized_scope', 'user_session_not_found'] },
    }),
  atTheServer: [
    'Add the site as a web platform of the project: it allows its origin by CORS.',
    'Give Appwrite a domain of the same site (appwrite.example.com for app.example.com): the session is a cookie, and browsers do not send those of other sites.',
    'Let your backend hand the header on to Appwrite, or check it there with setJWT().',
  ],
  quirks: [
    'After the sign-in by the SDK, call bearerWorker.refresh(): the cookie of the session brings the first token.',
    'Appwrite itself refuses a request that carries both the cookie and the token (user_jwt_and_cookie_set): list your own backend, and not Appwrite.',
    'A token lives for 15 minutes and says when it ends, not when it was issued.',
    'A user may ask for 120 tokens in a minute.',
    'The header has no scheme.',
  ],
  cannot: [
    'Tokens without the cookie: where browsers block it, the SDK sends its session from localStorage, which the worker cannot read.',
  ],
  evidence: { kind: 'source code', version: 'Appwrite 1.9.6' },
  sources: [
    {
      title: 'Appwrite: account/jwts, its errors and how the header is read, in its source code',
      url: 'https://github.com/appwrite/appwrite/blob/0cefd06153/app/controllers/api/account.php',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const endpoint = withoutSlash(inputs.endpoint)
    const token = (number: 1 | 2) =>
      endingJwt(now, LIFETIME_SECONDS + number, { userId: 'user-1', sessionId: 'session-1' })
    const cookie = `a_session_${inputs.project}=made-up-session`
    const headers = { 'x-appwrite-project': inputs.project }
    const error = (code: number, type: string, message: string): JsonObject => ({
      message,
      code,
      type,
      version: '1.9.6',
    })
    return {
      signIn: {
        by: 'cookie',
        exchange: {
          request: {
            method: 'POST',
            url: `${endpoint}/account/sessions/email`,
            headers,
            json: { email: 'ada@example.com', password: 'lighthouse' },
          },
          answer: {
            status: 201,
            headers: { 'set-cookie': `${cookie}; path=/; secure; HttpOnly; SameSite=None` },
            body: { $id: 'session-1', userId: 'user-1', provider: 'email', secret: '' },
          },
        },
        first: { status: 201, body: { jwt: token(1) } },
      },
      refresh: {
        request: { method: 'POST', url: `${endpoint}/account/jwts`, headers: { ...headers, cookie } },
        answer: { status: 201, body: { jwt: token(2) } },
      },
      refusal: refused(
        inputs.api,
        { 'x-appwrite-jwt': token(1) },
        {
          status: 401,
          body: error(401, 'user_jwt_invalid', 'Failed to verify JWT. Invalid token: Expired'),
        },
      ),
      ended: {
        status: 401,
        body: error(401, 'general_unauthorized_scope', 'User (role: guests) missing scopes (["account"])'),
      },
      forNow: [
        {
          status: 429,
          body: error(
            429,
            'general_rate_limit_exceeded',
            'Rate limit for the current endpoint has been exceeded. Please try again after some time.',
          ),
        },
      ],
    }
  },
})
