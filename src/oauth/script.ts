/** The entry of `bearer-worker.oauth.js`: hands the OAuth part to the worker or the page that has loaded it. */
import { OAUTH_PART } from '../protocol.ts'
import { authorizationServers } from './authorization-servers.ts'

Object.assign(globalThis, { [OAUTH_PART]: authorizationServers })
