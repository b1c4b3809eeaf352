import { calculatePKCECodeChallenge, generateRandomCodeVerifier, generateRandomNonce } from 'oauth4webapi'
import { BearerWorkerError } from '../errors.ts'
import type { Site } from '../engine/authorization-server.ts'
import { isReserved } from '../policy/reserved-parameters.ts'
import type { Calls } from '../protocol.ts'
import { ownUrl, stateOf, storeSignIn } from './pending-sign-in.ts'
import type { ProofKey } from './proof-key.ts'
import type { SigningIn } from './signing-in.ts'
import { isForeign, type Metadata } from './metadata.ts'
import { pushRequest } from './protocol.ts'

/** ms for pushing an authorization request. */
const PUSH_LIMIT_MS = 10_000

/** A sign-in that begins. */
export interface Beginning {
  readonly server: SigningIn
  readonly session: { readonly name: string; readonly account: string | undefined; readonly memory: boolean }
  readonly site: Site
}

/** Begins a sign-in. Resolves with the URL of the authorization request. @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1 */
export async function authorizationUrl(call: Calls['signIn']['call'], beginning: Beginning): Promise<string> {
  const { server, session, site } = beginning
  const { config } = server
  const { parameters = {} } = call
  const returnTo = checkedReturnTo(call, site)
  const reserved = Object.keys(parameters).find(isReserved)
  if (reserved !== undefined) throw failed(`The worker sets "${reserved}" itself: take it out of parameters.`)
  const metadata = await readMetadata(server, site)
  if (!metadata.authorization_endpoint) throw failed(`The metadata of ${config.issuer} name no authorization_endpoint.`)

  const url = new URL(metadata.authorization_endpoint)
  const set = (fields: Readonly<Record<string, string | undefined>>) => {
    for (const [name, value] of Object.entries(fields)) if (value !== undefined) url.searchParams.set(name, value)
  }
  const { scope, resource } = asked(server)
  set({ scope, ...config.parameters })
  for (const each of resource) url.searchParams.append('resource', each)
  set(parameters)
  const isOpenId = url.searchParams.get('scope')?.split(' ').includes('openid')
  const nonce = isOpenId ? generateRandomNonce() : undefined
  const redirectUri = new URL(config.redirectUri, site.base).href
  const verifier = generateRandomCodeVerifier()
  // A key in memory may be lost when the user comes back: then the code must not be bound to it.
  const proofKey = config.dpop && !session.memory ? await server.proofKeys.make() : undefined
  const { issuer } = metadata
  const keyPair = proofKey?.pair
  const { name, account } = session
  const signIn = { session: name, account, issuer, verifier, nonce, redirectUri, returnTo, keyPair, at: site.now() }
  const state = await stateOf(signIn)
  if (proofKey) server.proofKeys.begin(state, proofKey)
  set({
    response_type: 'code',
    client_id: config.clientId,
    redirect_uri: redirectUri,
    state,
    nonce,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    dpop_jkt: await proofKey?.thumbprint(),
  })
  await storeSignIn(state, signIn, site).catch((cause: unknown) => {
    const message =
      'The sign-in could not be stored in IndexedDB. Free some disk space, or leave private browsing, and sign in again.'
    throw new BearerWorkerError({ code: 'store-failed', message }, cause)
  })
  return metadata.require_pushed_authorization_requests ? pushed(url, metadata, server, proofKey) : url.href
}

/** The same request, pushed to the server before: the URL only names it. @see https://www.rfc-editor.org/rfc/rfc9126#section-4 */
async function pushed(
  request: URL,
  metadata: Metadata,
  server: SigningIn,
  proofKey: ProofKey | undefined,
): Promise<string> {
  const { clientId } = server.config
  const call = server.calling(AbortSignal.timeout(PUSH_LIMIT_MS), proofKey)
  const requestUri = await pushRequest(metadata, server.config, request.searchParams, call).catch((cause: unknown) => {
    throw failed('The authorization server refused the pushed authorization request, or could not be reached.', cause)
  })
  const url = new URL(request.origin + request.pathname)
  url.searchParams.set('client_id', clientId)
  url.searchParams.set('request_uri', requestUri)
  return url.href
}

/**
 * What the user is asked to agree to: the session's own, and what its APIs need.
 * @see https://www.rfc-editor.org/rfc/rfc8707#section-2.1
 */
function asked({ config, apis }: SigningIn): {
  readonly scope: string | undefined
  readonly resource: ReadonlySet<string>
} {
  const scopes = [config.scope, ...apis.map(({ scope }) => scope)].flatMap((scope) => scope?.split(' ') ?? [])
  return {
    scope: scopes.length > 0 ? [...new Set(scopes)].join(' ') : undefined,
    resource: new Set([...config.resource, ...apis.flatMap(({ resource }) => resource ?? [])]),
  }
}

function checkedReturnTo({ returnTo, page }: Calls['signIn']['call'], { base }: Site): string {
  const target = ownUrl(returnTo ?? page, page, base)
  if (target === undefined) throw failed(`returnTo has to be a URL of the site's own origin, ${base}.`)
  return target
}

async function readMetadata(server: SigningIn, { base }: Site): Promise<Metadata> {
  const { issuer } = server.config
  try {
    return await server.metadata()
  } catch (error) {
    const message = isForeign(error)
      ? `The metadata at ${issuer} are those of another issuer. Write "issuer" in the configuration exactly as the server's metadata have it.`
      : `The metadata of ${issuer} could not be read. They have to be at /.well-known/openid-configuration or /.well-known/oauth-authorization-server, and readable by CORS from ${base}.`
    throw failed(message, error)
  }
}

function failed(message: string, cause?: unknown): BearerWorkerError {
  return new BearerWorkerError({ code: 'sign-in-failed', message }, cause)
}
