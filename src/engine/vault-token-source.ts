import { BearerWorkerError } from '../errors.ts'
import type { RefreshOutcome } from '../policy/classify.ts'
import { TOKEN, isCredential } from '../policy/tokens.ts'
import type { AccessToken, ServerCode, TokenResponse } from '../policy/vocabulary.ts'
import { redactUrl } from '../policy/redact-url.ts'
import type { VaultAnswer } from '../protocol.ts'
import type { TokenSource } from './token-source.ts'
import type { Vault } from './vault.ts'

/** Seconds for one call: the vault itself tries up to three times. */
const TIMEOUT_SECONDS = 40

/** The token source of a session with `vault`: it hands over its access token, and refreshes it where that is due. */
export function vaultTokenSource(session: string, vault: Vault): TokenSource {
  return {
    method: 'VAULT',
    url: redactUrl(vault.url),
    timeoutSeconds: TIMEOUT_SECONDS,
    by: 'vault',
    dpop: false,
    ready: async () => undefined,
    async call({ accessToken, reason, signal }) {
      const limits = { limitMs: TIMEOUT_SECONDS * 1000, signal }
      const answer = await vault.call('token', { session, have: accessToken, reason }, limits)
      if (answer.kind !== 'reply') return forNow(answer.kind === 'refused' ? 'vault-refused' : 'vault-unreachable')
      const outcome = outcomeOf(answer.value)
      const isRefused = reason === 'refused' && outcome.kind === 'success'
      return isRefused && outcome.tokens.accessToken === accessToken ? forNow('same-token') : outcome
    },
  }
}

const forNow = (reason: 'vault-refused' | 'vault-unreachable' | 'same-token'): RefreshOutcome => ({
  kind: 'for-now',
  ambiguous: false,
  answered: reason !== 'vault-unreachable',
  reason,
  again: false,
})

function outcomeOf(answer: VaultAnswer): RefreshOutcome {
  switch (answer.state) {
    case 'active': {
      const tokens = tokensOf(answer)
      return tokens ? { kind: 'success', tokens } : forNow('vault-refused')
    }
    case 'signed-out':
      return { kind: 'signed-out', reason: answer.reason }
    case 'ended':
      return { kind: 'ended', reason: (answer.reason ?? 'expired') as ServerCode }
    case 'paused': {
      const { kind, answered, retryAfterMs } = answer
      const reason = answer.reason as ServerCode
      if (kind !== 'for-now') return { kind, reason }
      return { kind, ambiguous: false, answered, reason, again: false, ...(retryAfterMs && { retryAfterMs }) }
    }
  }
}

/** The tokens of an answer of the vault, as those of a token response; undefined for one that no header can carry. */
export function tokensOf(answer: VaultAnswer): TokenResponse | undefined {
  if (answer.state !== 'active' || !isCredential(answer.accessToken)) return undefined
  const { accessToken, tokenType, scope, secondsLeft, epoch, claims } = answer
  return {
    accessToken: accessToken as AccessToken,
    ...(tokenType !== undefined && TOKEN.test(tokenType) && { tokenType }),
    ...(scope !== undefined && { scope }),
    ...(secondsLeft !== undefined && { expiresIn: secondsLeft }),
    vault: { epoch, ...(claims && { claims }) },
  }
}

/** ms in which the vault has to take tokens. */
const ADOPT_LIMIT_MS = 10_000

interface Captured {
  readonly tokens: TokenResponse
  /** ms since epoch, when they were asked for. */
  readonly sentAt: number
  readonly now: number
}

/**
 * Puts captured tokens into the vault: the refresh token and the ID token go in, and do not come out. Resolves with what the
 * app keeps. Rejects with `sign-in-failed` when the vault does not take them: then they are nowhere.
 */
export async function adoptByVault(session: string, vault: Vault, captured: Captured): Promise<TokenResponse> {
  const { tokens, sentAt, now } = captured
  const limits = { limitMs: ADOPT_LIMIT_MS, signal: new AbortController().signal }
  const answer = await vault.call('adopt', { session, tokens, ageMs: now - sentAt }, limits)
  const kept = answer.kind === 'reply' ? tokensOf(answer.value) : undefined
  if (kept) return kept
  throw new BearerWorkerError({
    code: 'sign-in-failed',
    message: `The vault ${redactUrl(vault.url)} did not take the tokens of session "${session}": see what its frame reports, and run "npx bearer-worker doctor".`,
    reason: answer.kind === 'refused' ? 'vault-refused' : 'vault-unreachable',
  })
}
