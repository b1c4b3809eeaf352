/** The entry of `bearer-worker.oauth.js`: hands the OAuth part to the worker or the page that has loaded it. */
import { type LoadedPart, OAUTH_PART } from '../protocol.ts'
import { version } from '../version.ts'
import type { AuthorizationServers } from '../engine/authorization-server.ts'
import { authorizationServers } from './authorization-servers.ts'

const loaded: LoadedPart<AuthorizationServers> = { version, part: authorizationServers }
Object.assign(globalThis, { [OAUTH_PART]: loaded })
