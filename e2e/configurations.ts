import type { Api } from './servers/api.ts'
import type { Resources } from './servers/resources.ts'
import type { TokenServer } from '../src/testing/servers/token-server.ts'

/** A configuration as it stands in the file: not checked, since a test may want a wrong one. */
export type SessionInFile = Readonly<Record<string, unknown>>

/** A session as OAuth 2.0 servers want it: sign-in by the page, refresh by form, rotation. */
export function oauthSession(api: Api, tokens: TokenServer, changes: SessionInFile = {}): SessionInFile {
  return {
    resources: ['/api/*', api.url('/*')],
    except: ['/api/public/*'],
    capture: ['/auth/login'],
    refresh: { url: tokens.url('/token'), clientId: 'spa' },
    ...changes,
  }
}

/** The same for what is more than rows. */
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
