/** What is asked of an authorization server besides the exchange of a code. The protocol is oauth4webapi's. */
import {
  None,
  processPushedAuthorizationResponse,
  pushedAuthorizationRequest,
  refreshTokenGrantRequest,
} from 'oauth4webapi'
import type { Api } from '../policy/api-tokens.ts'
import type { RefreshAnswer } from '../policy/classify.ts'
import type { AuthorizationServerConfiguration } from '../policy/configuration.ts'
import type { Metadata } from './metadata.ts'
import { clientOf, options, proven, type ServerCall } from './server-call.ts'

/** Pushes an authorization request. Resolves with its `request_uri`. @see https://www.rfc-editor.org/rfc/rfc9126#section-2 */
export async function pushRequest(
  metadata: Metadata,
  { clientId }: AuthorizationServerConfiguration,
  parameters: URLSearchParams,
  call: ServerCall,
): Promise<string> {
  const client = clientOf(clientId)
  const send = () => pushedAuthorizationRequest(metadata, client, None(), parameters, options(metadata.issuer, call))
  const pushed = await processPushedAuthorizationResponse(metadata, client, await send())
  return pushed.request_uri
}

interface RefreshGrant {
  readonly metadata: Metadata
  readonly config: AuthorizationServerConfiguration
  readonly refreshToken: string
  /** Whose access token is wanted; undefined for the session's own. */
  readonly api: Api | undefined
  readonly call: ServerCall
}

/**
 * Sends the refresh token; the answer is the policy's to judge. For the access token of an API, its resource takes the place
 * of the session's.
 * @see https://www.rfc-editor.org/rfc/rfc8707#section-2.2
 */
export function refreshByMetadata({ metadata, config, refreshToken, api, call }: RefreshGrant): Promise<RefreshAnswer> {
  const resource = api?.resource === undefined ? config.resource : [api.resource]
  const scope = api?.scope === undefined ? [] : [api.scope]
  return proven(call, (seen) =>
    refreshTokenGrantRequest(metadata, clientOf(config.clientId), None(), refreshToken, {
      additionalParameters: [
        ...resource.map((each): [string, string] => ['resource', each]),
        ...scope.map((each): [string, string] => ['scope', each]),
      ],
      ...options(metadata.issuer, call, seen),
    }),
  )
}
