import type { Api } from '../policy/api-tokens.ts'
import type { AuthorizationServerConfiguration, TokenFields } from '../policy/configuration.ts'
import type { ProofKey } from './proof-key.ts'
import type { ProofKeys } from './proof-keys.ts'
import type { Metadata } from './metadata.ts'
import type { ServerCall } from './server-call.ts'

/** What a sign-in needs of the authorization server of its session. */
export interface SigningIn {
  readonly config: AuthorizationServerConfiguration
  readonly dpop: boolean
  /** Where the tokens are in a token response. */
  readonly tokenFields: TokenFields
  /** APIs with access tokens of their own: the user has to agree to them, too. */
  readonly apis: readonly Api[]
  /** Rejects when the metadata cannot be read, or are those of another issuer. */
  metadata(): Promise<Metadata>
  /** What every call of this server is made with. */
  calling(signal: AbortSignal, proofKey: ProofKey | undefined): ServerCall
  readonly proofKeys: ProofKeys
}
