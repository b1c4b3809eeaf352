import type { Prover } from './authorization-server.ts'
import type { Platform } from './platform.ts'
import type { TokenSource } from './token-source.ts'
import { Vault } from './vault.ts'
import { VaultProver } from './vault-prover.ts'
import { vaultTokenSource } from './vault-token-source.ts'

/** What a session of an app has of its vault. */
export interface VaultLink {
  readonly vault: Vault
  readonly source: TokenSource
  readonly prover: Prover
}

export function linkToVault(session: string, url: string, { askPages, now }: Platform): VaultLink {
  const vault = new Vault(url, askPages)
  return { vault, source: vaultTokenSource(session, vault), prover: new VaultProver(session, vault, now) }
}
