import { BearerWorkerError } from '../errors.ts'
import type { AuthorizationServers } from '../engine/authorization-server.ts'
import type { Engine, Parts } from '../engine/engine.ts'

declare const self: ServiceWorkerGlobalScope

/**
 * The OAuth part, or a function that imports it. A worker can import a script only while it is installed; later starts
 * get it from the browser's store of this worker. @see https://w3c.github.io/ServiceWorker/#importscripts
 */
export type GivenAuthorizationServers = AuthorizationServers | (() => AuthorizationServers)

/** The parts of a worker. */
export class WorkerParts implements Parts {
  readonly #given: GivenAuthorizationServers | undefined
  #isInstalling = false

  constructor(authorizationServers: GivenAuthorizationServers | undefined) {
    this.#given = authorizationServers
  }

  async authorizationServers(): Promise<AuthorizationServers> {
    if (typeof this.#given === 'function') return this.#given()
    if (this.#given) return this.#given
    throw new BearerWorkerError({
      code: 'part-unavailable',
      message:
        "A session of the configuration has authorizationServer, and this worker lacks what it needs: import { authorizationServers } from 'bearer-worker/worker/authorization-servers', and pass it to bearerWorkerPart().",
    })
  }

  needNewWorker(): boolean {
    return typeof this.#given === 'function' && !this.#isInstalling
  }

  /**
   * Reads the configuration and imports what it needs. Rejects where that fails and an earlier worker of ours is there:
   * the new one is given up, and the earlier one stays, with its configuration.
   */
  async install(engine: Engine): Promise<void> {
    this.#isInstalling = true
    try {
      await engine.reload({ keeps: false })
    } finally {
      this.#isInstalling = false
    }
    if (engine.lacksPart && this.needNewWorker() && hasPredecessor()) throw engine.problem
  }
}

function hasPredecessor(): boolean {
  const { active } = self.registration
  return !!active && new URL(active.scriptURL).pathname === self.location.pathname
}
