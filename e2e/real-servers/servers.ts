import { KNOWN_SERVERS } from '../../src/servers/index.ts'
import type { JsonObject } from '../../src/servers/known-server.ts'
import type { Package, Running } from './program.ts'

/** A request of the page, or of the test in place of an administrator. */
export interface Sent {
  readonly url: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** A server that runs here, with the configuration of `src/servers`. */
export interface RealServer {
  readonly name: string
  readonly program: string
  readonly package: Package
  /** What the configuration asks for. */
  inputs(running: Running): Readonly<Record<string, string>>
  /** What is different here from the configuration of `src/servers`. */
  readonly adjust?: (session: JsonObject, running: Running) => JsonObject
  /** Why it is. */
  readonly note?: string
  signIn(running: Running): Sent
  /** Has the API refuse every token that it has seen; left out where it refuses a token with another signature. */
  readonly refuse?: (running: Running) => Sent
  /** What a refresh presents. */
  readonly refreshesBy: 'refresh token' | 'access token' | 'nothing'
  /** Has the session ended at the server, where it has refresh tokens. */
  readonly end?: (running: Running, refreshToken: string) => Sent
  /** How the API answers a request with a bad token, and one without: 401. */
  readonly statuses?: { readonly refused?: number; readonly withoutToken?: number }
  /** Whether the server ends the session at a sign-out. */
  readonly endsAtSignOut?: true
}

const user = { email: 'ada@example.com', password: 'lighthouse-1887' }
const JSON_TYPE = { 'content-type': 'application/json' }
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' }

/** The session that `src/servers` has for a server. */
export function sessionFor(name: string, inputs: Readonly<Record<string, string>>): JsonObject {
  const found = KNOWN_SERVERS.find((each) => each.name === name)
  if (!found) throw new Error(`src/servers has no ${name}.`)
  return (found.configuration(inputs) as { sessions: { main: JsonObject } }).sessions.main
}

const posted = (url: string, json: object, headers: object = {}): Sent => ({
  url,
  method: 'POST',
  headers: { ...JSON_TYPE, ...headers },
  body: JSON.stringify(json),
})

export const REAL_SERVERS: readonly RealServer[] = [
  {
    name: 'node-oauth2-server',
    program: 'node-oauth2-server',
    package: { npm: '@node-oauth/oauth2-server' },
    inputs: ({ url }) => ({ server: url, path: '/oauth/token', clientId: 'spa', api: `${url}/rows` }),
    signIn: ({ url }) => ({
      url: `${url}/oauth/token`,
      method: 'POST',
      headers: FORM_TYPE,
      body: `${new URLSearchParams({ grant_type: 'password', client_id: 'spa', username: user.email, password: user.password })}`,
    }),
    refreshesBy: 'refresh token',
    end: ({ url }, token) => ({
      url: `${url}/revoke`,
      method: 'POST',
      headers: FORM_TYPE,
      body: `${new URLSearchParams({ token })}`,
    }),
  },
  {
    name: 'feathersjs',
    program: 'feathersjs',
    package: { npm: '@feathersjs/feathers' },
    inputs: ({ url }) => ({ server: url, path: '/authentication', api: `${url}/rows` }),
    signIn: ({ url }) => posted(`${url}/authentication`, { strategy: 'local', ...user }),
    refreshesBy: 'nothing',
  },
  {
    name: 'cognito-api',
    program: 'cognito-local',
    package: { npm: 'cognito-local' },
    inputs: ({ url, told }) => ({ endpoint: told['endpoint']!, clientId: told['clientId']!, api: `${url}/rows` }),
    note: 'cognito-local does not know GetTokensFromRefreshToken: InitiateAuth with REFRESH_TOKEN_AUTH stands in its place',
    adjust: ({ refresh, ...session }, { told }) => ({
      ...session,
      refresh: {
        ...(refresh as JsonObject),
        headers: cognitoHeaders('InitiateAuth'),
        parameters: {
          AuthFlow: 'REFRESH_TOKEN_AUTH',
          ClientId: told['clientId']!,
          AuthParameters: { REFRESH_TOKEN: '{refreshToken}' },
        },
      },
    }),
    signIn: ({ told }) =>
      posted(
        `${told['endpoint']}/`,
        {
          AuthFlow: 'USER_PASSWORD_AUTH',
          ClientId: told['clientId'],
          AuthParameters: { USERNAME: user.email, PASSWORD: user.password },
        },
        cognitoHeaders('InitiateAuth'),
      ),
    refreshesBy: 'refresh token',
    end: ({ told }, Token) =>
      posted(`${told['endpoint']}/`, { ClientId: told['clientId'], Token }, cognitoHeaders('RevokeToken')),
    endsAtSignOut: true,
  },
  {
    name: 'firebase-auth',
    program: 'firebase-auth',
    package: { npm: 'firebase-tools' },
    inputs: ({ url, told }) => ({
      apiKey: 'made-up-api-key',
      identity: `${told['emulator']}/identitytoolkit.googleapis.com`,
      secureToken: `${told['emulator']}/securetoken.googleapis.com`,
      api: `${url}/rows`,
    }),
    note: 'The emulator of the Firebase command line: it signs no tokens, so it is the API of the test that refuses them',
    signIn: ({ told }) =>
      posted(`${told['emulator']}/identitytoolkit.googleapis.com/v1/accounts:signInWithPassword?key=made-up-api-key`, {
        ...user,
        returnSecureToken: true,
      }),
    refuse: ({ url }) => posted(`${url}/refuse`, {}),
    refreshesBy: 'refresh token',
    end: ({ url }) => posted(`${url}/end`, {}),
  },
  {
    name: 'directus',
    program: 'directus',
    package: { npm: 'directus' },
    inputs: ({ url }) => ({ server: url, api: `${url}/users/me` }),
    signIn: ({ url }) => posted(`${url}/auth/login`, user),
    refreshesBy: 'refresh token',
    endsAtSignOut: true,
  },
  {
    name: 'strapi',
    program: 'strapi',
    package: { npm: '@strapi/strapi' },
    inputs: ({ url }) => ({ server: url, api: `${url}/api/users/me` }),
    signIn: ({ url }) => posted(`${url}/api/auth/local`, { identifier: user.email, password: user.password }),
    refreshesBy: 'refresh token',
    statuses: { withoutToken: 403 },
    endsAtSignOut: true,
  },
  {
    name: 'payload',
    program: 'payload',
    package: { npm: 'payload' },
    inputs: ({ url }) => ({ server: url, collection: 'users', api: `${url}/api/rows` }),
    note: 'The endpoints of Payload without the Next.js app around them',
    signIn: ({ url }) => posted(`${url}/api/users/login`, user),
    refreshesBy: 'access token',
    statuses: { refused: 403, withoutToken: 403 },
  },
]

function cognitoHeaders(operation: string) {
  return {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
  }
}
