import type { Api } from './servers/api.ts'
import type { Resources } from './servers/resources.ts'
import type { TokenServer } from '../src/testing/servers/token-server.ts'

/** The content of a configuration file. Not typed further, since some tests need an invalid one. */
export type SessionInFile = Readonly<Record<string, unknown>>

/** A session for an OAuth 2.0 server: the page signs in, a form-encoded refresh, rotation. */
export function oauthSession(api: Api, tokens: TokenServer, changes: SessionInFile = {}): SessionInFile {
  return {
    resources: ['/api/*', api.url('/*')],
    except: ['/api/public/*'],
    capture: ['/auth/login'],
    refresh: { url: tokens.url('/token'), clientId: 'spa' },
    ...changes,
  }
}

/** The same for the resources server. */
export function resourcesSession(
  resources: Resources,
  tokens: TokenServer,
  changes: SessionInFile = {},
): SessionInFile {
  return {
    resources: ['/r/*', resources.url('/*')],
    capture: ['/auth/login'],
    refresh: { url: tokens.url('/token'), clientId: 'spa' },
    ...changes,
  }
}

export const oneSession = (main: SessionInFile) => ({ sessions: { main } })
