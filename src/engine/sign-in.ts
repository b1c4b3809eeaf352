import {
  calculatePKCECodeChallenge,
  generateRandomCodeVerifier,
  generateRandomNonce,
  generateRandomState,
} from 'oauth4webapi'
import { BearerWorkerError } from '../errors.ts'
import { readTokenResponse } from '../policy/tokens.ts'
import type { Calls } from '../protocol.ts'
import { exchangeCode, isForeign, SignInFailure } from '../io/authorization-server.ts'
import type { AuthorizationServer } from './authorization-server.ts'
import type { Platform } from './platform.ts'
import type { Session } from './session.ts'

/** A user who stays longer at the server's page begins anew; what is forgotten there must not lie about for ever. */
const LIFETIME_MS = 600_000
const EXCHANGE_LIMIT_MS = 10_000

/** What the worker, which may be stopped meanwhile, must know when the user comes back. No token. */
interface PendingSignIn {
  readonly session: string
  readonly issuer: string
  readonly verifier: string
  readonly nonce?: string | undefined
  readonly redirectUri: string
  readonly returnTo: string
  /** ms since epoch. */
  readonly at: number
}

/** What a page may not set itself: they make the way back safe, or would lead another way. */
const OURS = [
  'response_type',
  'response_mode',
  'client_id',
  'redirect_uri',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'dpop_jkt',
  'request',
  'request_uri',
]

/** Begins a sign-in. Returns the URL to navigate to. @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1 */
export async function beginSignIn(
  session: Session,
  server: AuthorizationServer,
  { returnTo, page, parameters = {} }: Calls['signIn']['call'],
  platform: Platform,
): Promise<string> {
  const { config } = server
  const target = ownUrl(returnTo ?? page, page, platform.base)
  if (target === undefined) throw failed(`returnTo has to be a URL of the site's own origin, ${platform.base}.`)
  const taken = OURS.find((name) => Object.hasOwn(parameters, name))
  if (taken !== undefined) throw failed(`The worker sets "${taken}" itself: take it out of parameters.`)
  const metadata = await server.metadata().catch((error: unknown) => {
    throw failed(
      isForeign(error)
        ? `The metadata at ${config.issuer} are those of another issuer. Write "issuer" in the configuration exactly as the server's metadata have it.`
        : `The metadata of ${config.issuer} could not be read. They have to be at /.well-known/openid-configuration or /.well-known/oauth-authorization-server, and readable by CORS from ${platform.base}.`,
      error,
    )
  })
  if (!metadata.authorization_endpoint) throw failed(`The metadata of ${config.issuer} name no authorization_endpoint.`)

  const url = new URL(metadata.authorization_endpoint)
  const set = (fields: Readonly<Record<string, string | undefined>>) => {
    for (const [name, value] of Object.entries(fields)) if (value !== undefined) url.searchParams.set(name, value)
  }
  const redirectUri = new URL(config.redirectUri, platform.base).href
  const verifier = generateRandomCodeVerifier()
  const state = generateRandomState()
  set({ scope: config.scope })
  for (const each of config.resource) url.searchParams.append('resource', each)
  set(parameters)
  const isOpenId = url.searchParams.get('scope')?.split(' ').includes('openid')
  const nonce = isOpenId ? generateRandomNonce() : undefined
  set({
    response_type: 'code',
    client_id: config.clientId,
    redirect_uri: redirectUri,
    state,
    nonce,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    // A key in memory may be gone when the user comes back: then the code must not be bound to it.
    dpop_jkt:
      config.dpop && session.config.storage === 'indexeddb'
        ? await (await server.proofKey()).handle.calculateThumbprint()
        : undefined,
  })
  const pending: PendingSignIn = {
    session: session.name,
    issuer: metadata.issuer,
    verifier,
    nonce,
    redirectUri,
    returnTo: target,
    at: platform.now(),
  }
  try {
    await sweep(platform)
    await platform.store.swap(keyOf(state, platform), () => pending)
  } catch (cause) {
    throw new BearerWorkerError(
      {
        code: 'store-failed',
        message: 'The sign-in could not be noted in IndexedDB. Free some disk space, or leave private browsing.',
      },
      cause,
    )
  }
  return url.href
}

/** Ends a sign-in: the user is back with a code, or an error. Returns where to go from here; every outcome is in the session. */
export async function finishSignIn(
  url: URL,
  session: (name?: string) => Promise<Session>,
  platform: Platform,
): Promise<string> {
  const { searchParams } = url
  const pending = await take(searchParams.get('state') ?? '', platform)
  const holder = await session(pending?.session)
  const reason = await settle(holder, pending, searchParams, platform)
  if (reason !== undefined) await holder.note(reason)
  return (pending && ownUrl(pending.returnTo, platform.base, platform.base)) ?? platform.home
}

/** Undefined when the user is signed in, else why not. */
async function settle(
  session: Session,
  pending: PendingSignIn | undefined,
  parameters: URLSearchParams,
  platform: Platform,
): Promise<string | undefined> {
  const server = session.authorizationServer
  if (!pending || !server) return 'state-mismatch'
  try {
    const metadata = await server.metadata()
    if (metadata.issuer !== pending.issuer) return 'issuer-mismatch'
    const state = parameters.get('state')!
    const sentAt = platform.now()
    const response = await exchangeCode(
      metadata,
      server.config,
      parameters,
      { ...pending, state },
      await server.calling(AbortSignal.timeout(EXCHANGE_LIMIT_MS)),
    )
    const tokens = readTokenResponse(response, session.config.tokenFields)
    if (!tokens) return 'unusable-token'
    const bound = tokens.tokenType?.toLowerCase() === 'dpop'
    // A server that binds no tokens would take the protection away without a word. https://www.rfc-editor.org/rfc/rfc9449#section-5
    if (bound !== server.dpop) return `token-type-${tokens.tokenType ?? 'missing'}`
    await session.signIn(tokens, sentAt)
    return undefined
  } catch (error) {
    return error instanceof SignInFailure ? error.reason : 'sign-in-failed'
  }
}

/** Used once: whoever comes second finds nothing. */
async function take(state: string, platform: Platform): Promise<PendingSignIn | undefined> {
  const pending = (await platform.store.take(keyOf(state, platform)).catch(() => undefined)) as
    | PendingSignIn
    | undefined
  return pending && isFresh(pending, platform) ? pending : undefined
}

/** Forgets the sign-ins that nobody came back from. */
async function sweep(platform: Platform): Promise<void> {
  const prefix = keyOf('', platform)
  for (const [key, pending] of await platform.store.readAll()) {
    if (key.startsWith(prefix) && !isFresh(pending as PendingSignIn, platform)) await platform.store.take(key)
  }
}

const keyOf = (state: string, { configuration }: Platform): string => `sign-in ${configuration} ${state}`
const isFresh = ({ at }: PendingSignIn, { now }: Platform): boolean => Math.abs(now() - at) < LIFETIME_MS

/** The URL, if it is one of the site's own pages: `blob:` URLs have its origin, too. */
function ownUrl(url: string, relativeTo: string, base: string): string | undefined {
  try {
    const { href } = new URL(url, relativeTo)
    return href.startsWith(`${base}/`) ? href : undefined
  } catch {
    return undefined
  }
}

function failed(message: string, cause?: unknown): BearerWorkerError {
  return new BearerWorkerError({ code: 'sign-in-failed', message }, cause)
}
