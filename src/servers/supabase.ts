import { READ, refused } from './exchanges.ts'
import { withoutSlash } from './inputs.ts'
import { defineServer, oneSession, type JsonObject } from './known-server.ts'
import { issuedJwt, opaqueToken } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 3600

export const supabase = defineServer({
  name: 'supabase',
  title: 'Supabase',
  inputs: {
    project: {
      description: 'The URL of the project.',
      example: 'https://madeupproject.supabase.co',
      refuses: [
        {
          value: /^https?:\/\/[^/]+\/+[^/]/i,
          cure: 'has a path: write the URL of the project alone, as in https://madeupproject.supabase.co',
        },
      ],
    },
    key: { description: 'The publishable (anon) key of the project.', example: 'sb_publishable_made_up' },
  },
  configuration: (inputs) => {
    const project = withoutSlash(inputs.project)
    return oneSession({
      resources: [`${project}/rest/v1/*`, `${project}/storage/v1/*`, `${project}/functions/v1/*`],
      replaces: [`Bearer ${inputs.key}`],
      capture: [`${project}/auth/v1/token?grant_type=*`, `${project}/auth/v1/signup`, `${project}/auth/v1/verify`],
      refresh: {
        url: `${project}/auth/v1/token?grant_type=refresh_token`,
        body: 'json',
        headers: { apikey: inputs.key },
      },
      errorField: 'error_code',
      sessionEnded: {
        errorCodes: [
          'refresh_token_not_found',
          'refresh_token_already_used',
          'session_expired',
          'session_not_found',
          'user_banned',
        ],
      },
      signOut: {
        url: `${project}/auth/v1/logout?scope=local`,
        body: 'none',
        headers: { apikey: inputs.key, Authorization: 'Bearer {accessToken}' },
      },
    })
  },
  atTheServer: [
    'Nothing: Supabase allows every origin by CORS.',
    'A row level security policy says what the role "authenticated" may read and write.',
  ],
  quirks: [
    'supabase-js sets the header to "Bearer" and the publishable key where it has no session: "replaces" lets the worker put the token there.',
    'A request without a token is no refusal: it is answered as the role "anon", often with an empty list.',
    'The refresh answers with a status of 400 for every end; the code is at "error_code". With the header X-Supabase-Api-Version of 2024-01-01 or later it is at "code".',
    'A refresh token that was used works again while its successor was not used, and within the reuse interval.',
    'signOut() ends this session only ("scope=local"); without that parameter the server ends all of the user.',
  ],
  cannot: [],
  evidence: { kind: 'source code', version: 'supabase/auth of August 2026, PostgREST of August 2026' },
  sources: [
    {
      title: 'supabase/auth: refresh, errors and sign-out in its source code',
      url: 'https://github.com/supabase/auth/tree/bc32168e/internal',
      read: READ,
    },
    {
      title: 'Supabase: Auth error codes',
      url: 'https://supabase.com/docs/guides/auth/debugging/error-codes',
      read: READ,
    },
    {
      title: 'PostgREST: errors of group 3, JWT',
      url: 'https://github.com/PostgREST/postgrest/blob/483467890/docs/references/errors.rst',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const project = withoutSlash(inputs.project)
    const token = (number: 1 | 2) =>
      issuedJwt(now, LIFETIME_SECONDS, { sub: 'user-1', role: 'authenticated', session_id: 's-1', jti: `${number}` })
    const session = (number: 1 | 2): JsonObject => ({
      access_token: token(number),
      token_type: 'bearer',
      expires_in: LIFETIME_SECONDS,
      expires_at: now + LIFETIME_SECONDS,
      refresh_token: opaqueToken(`refresh-${number}`),
      user: { id: 'user-1', aud: 'authenticated', role: 'authenticated', email: 'ada@example.com' },
    })
    const headers = { apikey: inputs.key }
    return {
      signIn: {
        by: 'capture',
        exchange: {
          request: {
            method: 'POST',
            url: `${project}/auth/v1/token?grant_type=password`,
            headers,
            json: { email: 'ada@example.com', password: 'lighthouse' },
          },
          answer: { status: 200, body: session(1) },
        },
      },
      refresh: {
        request: {
          method: 'POST',
          url: `${project}/auth/v1/token?grant_type=refresh_token`,
          headers,
          json: { refresh_token: opaqueToken('refresh-1') },
        },
        answer: { status: 200, body: session(2) },
      },
      refusal: refused(
        `${project}/rest/v1/*`,
        { authorization: `Bearer ${token(1)}` },
        {
          status: 401,
          headers: { 'www-authenticate': 'Bearer error="invalid_token", error_description="JWT expired"' },
          body: { code: 'PGRST303', details: null, hint: null, message: 'JWT expired' },
        },
      ),
      ended: {
        status: 400,
        headers: { 'x-sb-error-code': 'refresh_token_not_found' },
        body: {
          code: 400,
          error_code: 'refresh_token_not_found',
          msg: 'Invalid Refresh Token: Refresh Token Not Found',
        },
      },
      forNow: [
        {
          status: 429,
          headers: { 'x-sb-error-code': 'over_request_rate_limit' },
          body: { code: 429, error_code: 'over_request_rate_limit', msg: 'Request rate limit reached' },
        },
      ],
      signOut: {
        request: {
          method: 'POST',
          url: `${project}/auth/v1/logout?scope=local`,
          headers: { ...headers, authorization: `Bearer ${token(1)}` },
        },
        answer: { status: 204 },
      },
    }
  },
})
