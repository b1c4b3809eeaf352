import { BearerWorkerError } from '../errors.ts'
import type { AuthorizationServers } from '../engine/authorization-server.ts'
import type { Engine } from '../engine/engine.ts'
import type { Parts } from '../engine/parts.ts'
import type { GivenPart } from './given-part.ts'

declare const self: ServiceWorkerGlobalScope

/** The parts of a worker. */
export class WorkerParts implements Parts {
  readonly #given: GivenPart | undefined
  #isInstalling = false

  constructor(authorizationServers: GivenPart | undefined) {
    this.#given = authorizationServers
  }

  async authorizationServers(): Promise<AuthorizationServers> {
    const given = typeof this.#given === 'function' ? this.#given() : this.#given
    if (given) return given.part as AuthorizationServers
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
