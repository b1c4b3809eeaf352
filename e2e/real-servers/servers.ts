import { KNOWN_SERVERS } from '../../src/servers/index.ts'
import type { JsonObject, KnownServer } from '../../src/servers/known-server.ts'
import type { Running } from './program.ts'

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
  readonly packageName: string
  /** What the configuration asks for. */
  inputs(running: Running): Readonly<Record<string, string>>
  /** What is different here from the configuration of `src/servers`. */
  readonly adjust?: (session: JsonObject, running: Running) => JsonObject
  /** Why it is. */
  readonly note?: string
  signIn(running: Running): Sent
  /** Has the session ended at the server; left out where it has no refresh. */
  readonly end?: (running: Running, refreshToken: string) => Sent
  /** Whether the server ends the session at a sign-out. */
  readonly endsAtSignOut?: true
}

const user = { email: 'ada@example.com', password: 'lighthouse-1887' }
const JSON_TYPE = { 'content-type': 'application/json' }
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' }

export const knownServer = (name: string): KnownServer => {
  const found = KNOWN_SERVERS.find((each) => each.name === name)
  if (!found) throw new Error(`src/servers has no ${name}.`)
  return found
}

export const REAL_SERVERS: readonly RealServer[] = [
  {
    name: 'node-oauth2-server',
    program: 'node-oauth2-server',
    packageName: '@node-oauth/oauth2-server',
    inputs: ({ url }) => ({ server: url, path: '/oauth/token', clientId: 'spa', api: `${url}/rows` }),
    signIn: ({ url }) => ({
      url: `${url}/oauth/token`,
      method: 'POST',
      headers: FORM_TYPE,
      body: `${new URLSearchParams({ grant_type: 'password', client_id: 'spa', username: user.email, password: user.password })}`,
    }),
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
    packageName: '@feathersjs/feathers',
    inputs: ({ url }) => ({ server: url, path: '/authentication', api: `${url}/rows` }),
    signIn: ({ url }) => ({
      url: `${url}/authentication`,
      method: 'POST',
      headers: JSON_TYPE,
      body: JSON.stringify({ strategy: 'local', ...user }),
    }),
  },
  {
    name: 'cognito-api',
    program: 'cognito-local',
    packageName: 'cognito-local',
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
    signIn: ({ told }) => ({
      url: `${told['endpoint']}/`,
      method: 'POST',
      headers: cognitoHeaders('InitiateAuth'),
      body: JSON.stringify({
        AuthFlow: 'USER_PASSWORD_AUTH',
        ClientId: told['clientId'],
        AuthParameters: { USERNAME: user.email, PASSWORD: user.password },
      }),
    }),
    end: ({ told }, Token) => ({
      url: `${told['endpoint']}/`,
      method: 'POST',
      headers: cognitoHeaders('RevokeToken'),
      body: JSON.stringify({ ClientId: told['clientId'], Token }),
    }),
    endsAtSignOut: true,
  },
]

function cognitoHeaders(operation: string) {
  return {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
  }
}
