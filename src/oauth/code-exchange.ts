/** The return of a user from the authorization server: the response is checked, and its code is exchanged. */
import {
  authorizationCodeGrantRequest,
  None,
  processAuthorizationCodeResponse,
  validateAuthResponse,
  type Client,
} from 'oauth4webapi'
import { containing } from '../policy/capture.ts'
import type { AuthorizationServerConfiguration } from '../policy/configuration.ts'
import { codeAt } from '../policy/paths.ts'
import type { Reason, ServerCode } from '../policy/vocabulary.ts'
import type { OwnReason } from '../protocol.ts'
import type { Metadata } from './metadata.ts'
import { clientOf, codeOf, options, proven, type ServerCall } from './server-call.ts'

/** What the user's way back has to be checked against. */
export interface CodeExpectation {
  readonly state: string
  readonly nonce?: string | undefined
  readonly verifier: string
  readonly redirectUri: string
}

/** Why a sign-in came to nothing: a server's own code, or ours. Never a token. */
export class SignInFailure extends Error {
  readonly reason: Reason
  constructor(reason: Reason) {
    super(reason)
    this.reason = reason
  }
}

interface CodeExchange {
  readonly metadata: Metadata
  readonly config: AuthorizationServerConfiguration
  /** Of the URL that the user came back to. */
  readonly parameters: URLSearchParams
  readonly expected: CodeExpectation
  readonly call: ServerCall
}

/**
 * Checks the authorization response, exchanges its code, and validates the id token. Resolves with the token response.
 * Rejects with a `SignInFailure`.
 * @see https://www.rfc-editor.org/rfc/rfc9207#section-2.4
 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
 */
export async function exchangeCode({ metadata, config, parameters, expected, call }: CodeExchange): Promise<unknown> {
  const client = clientOf(config.clientId)
  const response = checkedResponse(metadata, client, parameters, expected.state)
  const { redirectUri, verifier, nonce } = expected
  const answer = await proven(call, (seen) =>
    authorizationCodeGrantRequest(metadata, client, None(), response, redirectUri, verifier, {
      additionalParameters: config.resource.map((each) => ['resource', each]),
      ...options(metadata.issuer, call, seen),
    }),
  ).catch((error: unknown) => {
    throw new SignInFailure(exchangeFailure(error, call))
  })
  const { status, body } = answer
  const value = body.kind === 'json' ? body.value : undefined
  if (status !== 200)
    throw new SignInFailure(shown(codeAt(value, 'error'), [verifier, ...parameters.getAll('code')]) ?? `http-${status}`)
  // The library returns the token type in lower case: ours stays as the server wrote it.
  const copy = new Response(JSON.stringify(value ?? null))
  const expectedNonce = nonce === undefined ? {} : { expectedNonce: nonce }
  await processAuthorizationCodeResponse(metadata, client, copy, expectedNonce).catch((error: unknown) => {
    throw new SignInFailure(responseFailure(error, nonce))
  })
  return value
}

/** A code of the server that repeats nothing of what was sent. */
const shown = (code: ServerCode | undefined, secrets: readonly string[]): ServerCode | undefined =>
  containing(secrets)(code) ? undefined : code

function exchangeFailure(error: unknown, { signal }: ServerCall): OwnReason {
  if (signal.aborted) return 'timeout'
  return codeOf(error) === undefined ? 'network' : 'invalid-response'
}

/** Why a token response was refused. The library's `cause` has the claims of an id token, or the whole body. */
function responseFailure(error: unknown, nonce: string | undefined): OwnReason {
  const { claims, body } = Object((error as Error).cause) as {
    claims?: { nonce?: unknown }
    body?: { id_token?: unknown }
  }
  if (claims) return claims.nonce === nonce ? 'invalid-id-token' : 'nonce-mismatch'
  if (!body) return 'invalid-id-token'
  return nonce !== undefined && typeof body.id_token !== 'string' ? 'invalid-id-token' : 'invalid-response'
}

function checkedResponse(
  metadata: Metadata,
  client: Client,
  parameters: URLSearchParams,
  state: string,
): URLSearchParams {
  try {
    return validateAuthResponse(metadata, client, parameters, state)
  } catch (error) {
    const { error: code } = error as { error?: ServerCode }
    if (code === undefined)
      throw new SignInFailure(isOfIssuer(metadata, parameters) ? 'invalid-response' : 'issuer-mismatch')
    throw new SignInFailure(/^[!-~]{1,100}$/.test(code) ? code : 'sign-in-failed')
  }
}

/** Whether an authorization response is of the server that was asked, as far as it says so. @see https://www.rfc-editor.org/rfc/rfc9207#section-2.4 */
function isOfIssuer(metadata: Metadata, parameters: URLSearchParams): boolean {
  const named = parameters.getAll('iss')
  if (named.length === 0) return metadata.authorization_response_iss_parameter_supported !== true
  return named.every((iss) => iss === metadata.issuer)
}
