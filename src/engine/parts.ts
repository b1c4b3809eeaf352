import type { AuthorizationServers } from './authorization-server.ts'

/** Parts that are loaded only where a configuration needs them. */
export interface Parts {
  /** The OAuth part. Rejects with a `BearerWorkerError` that says how to provide it. */
  readonly authorizationServers: () => Promise<AuthorizationServers>
  /**
   * Whether a part that is missing now can be loaded by a new worker, while it is installed. Then it is no mistake yet, and
   * is not reported.
   */
  readonly needNewWorker?: () => boolean
}
