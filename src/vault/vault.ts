import { startEngine } from '../engine/start.ts'
import type { Engine } from '../engine/engine.ts'
import type { AuthorizationServers } from '../engine/authorization-server.ts'
import { authorizationServers } from '../oauth/authorization-servers.ts'
import { readVaultConfiguration } from '../policy/vault-configuration.ts'

/** The engine of the vault, in its page: it keeps the sessions, and authorizes no request. */
export interface Vault {
  readonly engine: Engine
  /** URL of its page, without query and fragment. */
  readonly page: string
  /** Path of its configuration: contexts that share it share its sessions. */
  readonly configuration: string
  /** Resolves with the origins of the apps that it serves, as the file of this very moment lists them. Rejects with the problem. */
  readonly apps: () => Promise<readonly string[]>
  /** ms since epoch that may be now by a clock that no app can set: this device's, or that of the vault's own host. */
  readonly latest: () => number
}

/** URL of the script that runs now. */
export function ownScript(): string {
  const { src } = document.currentScript as HTMLScriptElement
  return src
}

/** @param script URL of `bearer-worker.vault.js`, which the configuration lies beside */
export function startVault(script: string): Vault {
  const configuration = new URL('bearer-worker.vault.json', script)
  const { fetch, hostAheadMs } = early(configuration.href)
  const engine = startEngine({
    fetch,
    configuration: configuration.href,
    script,
    home: new URL('./', script).href,
    inPage: true,
    parts: { authorizationServers: async () => authorizationServers.part as AuthorizationServers },
    read: readVaultConfiguration,
    askPages: async () => undefined,
    readCookies: async () => ({}),
  })
  return {
    engine,
    page: location.origin + location.pathname,
    configuration: configuration.pathname,
    latest: () => engine.platform.now() + Math.max(hostAheadMs(), 0),
    async apps() {
      await engine.boot()
      const problem = await engine.platform.unconfirmed()
      if (problem) throw problem
      return engine.inForce!.configuration.apps ?? []
    },
  }
}

/**
 * The browser's `fetch`, which asks for the configuration at once: the file comes while the store is opened, since the first answer needs
 * both. And by how many ms the clock of the host that answered is ahead of this device's.
 */
function early(configuration: string) {
  let aheadMs = 0
  let asked: Promise<Response> | undefined = fetch(configuration, { cache: 'no-cache', redirect: 'error' })
  void asked.then(
    ({ headers }) => (aheadMs = (Date.parse(headers.get('date') ?? '') || 0) - Date.now()),
    () => {},
  )
  return {
    hostAheadMs: () => aheadMs,
    fetch: (input: string | URL | Request, init?: RequestInit) => {
      const taken = input === configuration ? asked : undefined
      if (taken) asked = undefined
      return taken ?? fetch(input, init)
    },
  }
}
