import { READ, posted } from './exchanges.ts'
import { withoutSlash } from './inputs.ts'
import { defineServer, oneSession, type JsonObject } from './known-server.ts'
import { issuedJwt } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 600

const SIGN_IN =
  'mutation SignIn($email: String!, $password: String!) { signIn(email: $email, password: $password) { accessToken refreshToken } }'
const refreshMutation = (field: string): string =>
  `mutation Refresh($refreshToken: String!) { ${field}(refreshToken: $refreshToken) { accessToken refreshToken } }`

export const graphql = defineServer({
  name: 'graphql',
  title: 'GraphQL with sign-in and refresh as mutations',
  inputs: {
    endpoint: {
      description: 'The GraphQL endpoint.',
      example: 'https://api.example.com/graphql',
      default: '/graphql',
    },
    signIn: { description: 'The mutation that signs in.', example: 'tokenCreate', default: 'signIn' },
    refresh: { description: 'The mutation that refreshes.', example: 'tokenRefresh', default: 'refreshTokens' },
  },
  configuration: (inputs) => {
    const endpoint = withoutSlash(inputs.endpoint)
    const fieldsOf = (mutation: string): JsonObject => ({
      accessToken: `data.${mutation}.accessToken`,
      refreshToken: `data.${mutation}.refreshToken`,
    })
    return oneSession({
      resources: [endpoint],
      capture: [{ url: endpoint, tokenFields: fieldsOf(inputs.signIn) }],
      refresh: {
        url: endpoint,
        body: 'json',
        parameters: { query: refreshMutation(inputs.refresh), variables: { refreshToken: '{refreshToken}' } },
        tokenFields: fieldsOf(inputs.refresh),
      },
      errorField: 'errors.*.extensions.code',
      invalidToken: { statuses: [200, 401], errorCodes: ['UNAUTHENTICATED'] },
      sessionEnded: { errorCodes: ['UNAUTHENTICATED'] },
    })
  },
  atTheServer: [
    'Let both mutations have the fields accessToken and refreshToken, or write your own into the file that init makes: the mutation stands at "parameters.query".',
    'Refuse an invalid token with the code UNAUTHENTICATED at extensions.code, and a dead refresh token likewise. From Apollo Server 4 on there is no class for it: throw a GraphQLError with that code.',
  ],
  quirks: [
    'One URL is captured, authorized and refreshed at: every answer is looked at for tokens.',
    'A refusal has the status 200: without a code in "invalidToken.errorCodes" there would be none.',
    'Text in braces is a placeholder: in a query, write a space after an opening brace.',
    'An alias moves the token to another path: sign in without one.',
  ],
  cannot: [],
  evidence: { kind: 'documentation', version: 'the code of Apollo Server 3, in a schema of our own' },
  sources: [
    {
      title: 'Apollo Server 3: Error handling',
      url: 'https://www.apollographql.com/docs/apollo-server/v3/data/errors',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const endpoint = withoutSlash(inputs.endpoint)
    const made = (type: string, number: 1 | 2, lifetimeSeconds: number) =>
      issuedJwt(now, lifetimeSeconds, { sub: 'user-1', type, jti: `${type}-${number}` })
    const tokens = (number: 1 | 2): JsonObject => ({
      accessToken: made('access', number, LIFETIME_SECONDS),
      refreshToken: made('refresh', number, 604_800),
    })
    const unauthenticated = (message: string, path: string): JsonObject => ({
      errors: [{ message, path: [path], extensions: { code: 'UNAUTHENTICATED' } }],
      data: null,
    })
    return {
      signIn: {
        by: 'capture',
        exchange: posted(
          endpoint,
          {
            operationName: 'SignIn',
            query: SIGN_IN.replace('signIn(', `${inputs.signIn}(`),
            variables: { email: 'ada@example.com', password: 'lighthouse' },
          },
          { data: { [inputs.signIn]: tokens(1) } },
        ),
      },
      refresh: posted(
        endpoint,
        {
          query: refreshMutation(inputs.refresh),
          variables: { refreshToken: made('refresh', 1, 604_800) },
        },
        { data: { [inputs.refresh]: tokens(2) } },
      ),
      refusal: {
        request: {
          method: 'POST',
          url: endpoint,
          headers: { authorization: `Bearer ${made('access', 1, LIFETIME_SECONDS)}` },
          json: { query: 'query { rows { id } }' },
        },
        answer: { status: 200, body: unauthenticated('The access token has expired.', 'rows') },
      },
      noRefusal: [
        {
          status: 200,
          body: { errors: [{ message: 'Not yours.', path: ['rows'], extensions: { code: 'FORBIDDEN' } }], data: null },
        },
      ],
      ended: { status: 200, body: unauthenticated('The refresh token is not valid.', inputs.refresh) },
    }
  },
})
