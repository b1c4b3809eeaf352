import type { AuthorizationServers } from '../engine/authorization-server.ts'
import type { LoadedPart } from '../protocol.ts'
import { version } from '../version.ts'
import { MetadataServer } from './authorization-server.ts'
import { pendingSignIn } from './pending-sign-in.ts'

const part: AuthorizationServers = {
  make: (config, session) => new MetadataServer(config, session),
  pendingSignIn,
}

/**
 * The OAuth part: what sessions with `authorizationServer` need. Pass it to `bearerWorkerPart()` of the same version.
 * @example
 * import { bearerWorkerPart } from 'bearer-worker/worker'
 * import { authorizationServers } from 'bearer-worker/worker/authorization-servers'
 *
 * const bearerWorker = bearerWorkerPart({ config: '/bearer-worker.json', authorizationServers })
 */
export const authorizationServers: LoadedPart<unknown> = { version, part }
