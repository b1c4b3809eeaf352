import { calculatePKCECodeChallenge } from 'oauth4webapi'
import { addressOf } from '../engine/compiled-pattern.ts'
import type { AuthorizationServer, PendingSignIn, SignInResult, Site } from '../engine/authorization-server.ts'
import { isAccount } from '../policy/account.ts'
import { readTokenResponse } from '../policy/tokens.ts'
import { ProofKey } from './proof-key.ts'
import { exchangeCode, SignInFailure } from './code-exchange.ts'
import type { Reason } from '../policy/vocabulary.ts'
import type { SigningIn } from './signing-in.ts'

/** A user who stays longer at the server's page has to begin again; ms. */
const LIFETIME_MS = 600_000
/** ms for exchanging the code. */
const EXCHANGE_LIMIT_MS = 10_000

/** What must be known when the user comes back: the worker may be stopped meanwhile. No token. */
export interface StoredSignIn {
  readonly session: string
  readonly account?: string | undefined
  readonly issuer: string
  readonly verifier: string
  readonly nonce?: string | undefined
  readonly redirectUri: string
  readonly returnTo: string
  /** Of a session with `dpop`: the key that its tokens are to be bound to. Unknown until it is checked. */
  readonly keyPair?: unknown
  /** ms since epoch. */
  readonly at: number
}

/**
 * The `state` of a sign-in: a hash of all that is stored of it, which nobody guesses since the verifier is in it. The server
 * returns it, so a script that has changed anything of what is stored has ended the sign-in.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-10.12
 */
export async function stateOf({ keyPair, ...others }: StoredSignIn): Promise<string> {
  const key = keyPair === undefined ? undefined : await ProofKey.of(keyPair, Date.now)?.thumbprint()
  return calculatePKCECodeChallenge(JSON.stringify([key ?? typeof keyPair, others]))
}

/** Stores a sign-in that begins, and forgets those that were never finished. */
export async function storeSignIn(state: string, signIn: StoredSignIn, { store, ...site }: Site): Promise<void> {
  const prefix = keyOf('', site)
  for (const [key, stored] of await store.readAll()) {
    if (key.startsWith(prefix) && !isFresh(asSignIn(stored), site.now())) await store.remove(key)
  }
  await store.swap(keyOf(state, site), () => signIn)
}

/** Takes a sign-in out of the store, to be finished in another one; undefined where none was begun with this `state`. */
export async function takeSignIn(
  state: string,
  { store, ...site }: Pick<Site, 'store' | 'configuration'>,
): Promise<StoredSignIn | undefined> {
  return asSignIn(await store.remove(keyOf(state, site)))
}

/**
 * The sign-in that a URL ends; undefined when none was begun with its `state` at this very redirect URI. It is taken
 * out of the store: a second navigation with the same `state` finds none.
 */
export async function pendingSignIn(url: URL, site: Site): Promise<PendingSignIn | undefined> {
  const key = keyOf(url.searchParams.get('state') ?? '', site)
  const isHere = (stored: unknown) => addressOfUri(asSignIn(stored)?.redirectUri) === addressOf(url)
  try {
    if (!isHere((await site.store.readAll()).get(key))) return undefined
    const signIn = asSignIn(await site.store.remove(key))
    if (!signIn) return undefined
    const returnTo = ownUrl(signIn.returnTo, site.base, site.base) ?? site.home
    const { session, account } = signIn
    return {
      session,
      account,
      returnTo,
      finish: (server) => finish(signIn, url, server as AuthorizationServer & SigningIn, site),
    }
  } catch {
    return undefined
  }
}

async function finish(signIn: StoredSignIn, url: URL, server: SigningIn, site: Site): Promise<SignInResult> {
  if (!isFresh(signIn, site.now())) return failed('state-mismatch')
  // What is stored says neither where the code was asked for, nor where it goes.
  if (signIn.redirectUri !== new URL(server.config.redirectUri, site.base).href) return failed('state-mismatch')
  const { searchParams } = url
  try {
    const state = searchParams.get('state') ?? ''
    if (state !== (await stateOf(signIn))) return failed('state-mismatch')
    const metadata = await server.metadata()
    if (metadata.issuer !== signIn.issuer) return failed('issuer-mismatch')
    const sentAt = site.now()
    const proofKey = server.dpop ? await server.proofKeys.end(state, signIn.keyPair) : undefined
    const call = server.calling(AbortSignal.timeout(EXCHANGE_LIMIT_MS), proofKey)
    const expected = { ...signIn, state }
    const response = await exchangeCode({ metadata, config: server.config, parameters: searchParams, expected, call })
    const tokens = readTokenResponse(response, server.tokenFields)
    if (!tokens) return failed('unusable-token')
    const isBound = tokens.tokenType?.toLowerCase() === 'dpop'
    // A server that binds no tokens would take the protection away unnoticed. https://www.rfc-editor.org/rfc/rfc9449#section-5
    if (isBound !== server.dpop) return failed(`token-type-${tokens.tokenType ?? 'missing'}`)
    if (proofKey) await server.proofKeys.use(proofKey)
    return { kind: 'tokens', tokens, sentAt }
  } catch (error) {
    return failed(error instanceof SignInFailure ? error.reason : 'sign-in-failed')
  }
}

const failed = (reason: Reason): SignInResult => ({ kind: 'failed', reason })

const keyOf = (state: string, { configuration }: Pick<Site, 'configuration'>): string =>
  `sign-in ${configuration} ${state}`

const isFresh = (signIn: StoredSignIn | undefined, now: number): boolean =>
  signIn !== undefined && Math.abs(now - signIn.at) < LIFETIME_MS

/** What the store holds is unknown until it is checked. */
export function asSignIn(stored: unknown): StoredSignIn | undefined {
  const { session, issuer, verifier, nonce = '', redirectUri, returnTo, at } = Object(stored) as Partial<StoredSignIn>
  const { account } = Object(stored) as Partial<StoredSignIn>
  const areTexts = [session, issuer, verifier, nonce, redirectUri, returnTo].every((text) => typeof text === 'string')
  return areTexts && (account === undefined || isAccount(account)) && Number.isFinite(at)
    ? (stored as StoredSignIn)
    : undefined
}

function addressOfUri(uri: string | undefined): string | undefined {
  return uri !== undefined && URL.canParse(uri) ? addressOf(new URL(uri)) : undefined
}

/** The URL, if it is one of the site's own pages: `blob:` URLs have its origin, too. */
export function ownUrl(url: string, relativeTo: string, base: string): string | undefined {
  if (!URL.canParse(url, relativeTo)) return undefined
  const { href } = new URL(url, relativeTo)
  return href.startsWith(`${base}/`) ? href : undefined
}
