import type { AuthorizationServers } from '../engine/authorization-server.ts'
import { MetadataServer } from './authorization-server.ts'
import { pendingSignIn } from './pending-sign-in.ts'

/** The OAuth part: what sessions with `authorizationServer` need. Loaded only where a configuration has one. */
export const authorizationServers: AuthorizationServers = {
  make: (config, session) => new MetadataServer(config, session),
  pendingSignIn,
}
