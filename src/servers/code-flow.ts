import { urlIn, withoutSlash } from './inputs.ts'
import {
  ANOTHER_EACH_TIME,
  type DocumentedAnswer,
  type JsonObject,
  oneSession,
  type ServerAnswers,
} from './known-server.ts'
import { issuedJwt } from './made-up-tokens.ts'

/** What each authorization server asks for. */
export interface CodeFlowInputs {
  readonly api: string
  readonly clientId: string
  /** As the configuration has it; what goes out is absolute. */
  readonly redirectUri: string
  /** The same, where signing out navigates to the end-session endpoint. */
  readonly afterSignOut?: string
  readonly scope: string
}

/** A configuration with sign-in by the code flow: the inputs, what else the server needs, and further keys of the session. */
export function codeFlowSession(
  { api, clientId, redirectUri, afterSignOut, scope }: CodeFlowInputs,
  { issuer, ...server }: JsonObject & { readonly issuer: string },
  session: JsonObject = {},
): JsonObject {
  return oneSession({
    resources: [api],
    authorizationServer: {
      issuer,
      clientId,
      redirectUri,
      ...(afterSignOut !== undefined && { postSignOutRedirectUri: afterSignOut }),
      scope,
      ...server,
    },
    ...session,
  })
}

/** What differs between authorization servers. */
export interface CodeFlow {
  readonly issuer: string
  /** Without the issuer. */
  readonly metadata: JsonObject & { readonly token_endpoint: string }
  /** Whether the server publishes none, so that the configuration has them. */
  readonly isWritten?: true
  /** Further parameters of the end-session request. */
  readonly signOutParameters?: Readonly<Record<string, string>>
  readonly now: number
  readonly lifetimeSeconds: number
  /** Of the first answer and of the refresh; left out where the server gives none. */
  readonly refreshTokens?: readonly [string, string | undefined]
  readonly accessTokens: readonly [string, string]
  readonly scope?: string
  /** Whether answers have an ID token. */
  readonly openId: boolean
  /** Further fields of a token response. */
  readonly more?: JsonObject
  readonly refusal: DocumentedAnswer
  readonly ended?: DocumentedAnswer
  readonly forNow?: readonly DocumentedAnswer[]
  /** Where tokens are revoked, when it stands in the configuration and not in the metadata. */
  readonly revoke?: string
}

/** The exchanges of a server that follows RFC 6749, RFC 7009 and RFC 8414. */
export function codeFlowAnswers(inputs: CodeFlowInputs, flow: CodeFlow): ServerAnswers {
  const { api, clientId, redirectUri } = inputs
  const { issuer, metadata, now, refreshTokens, accessTokens } = flow
  const tokens = (index: 0 | 1): JsonObject => ({
    access_token: accessTokens[index],
    token_type: 'Bearer',
    expires_in: flow.lifetimeSeconds,
    ...(refreshTokens?.[index] === undefined ? {} : { refresh_token: refreshTokens[index] }),
    ...(flow.openId ? { id_token: issuedJwt(now, 3600, { iss: issuer, aud: clientId, sub: 'user-1' }) } : {}),
    ...(flow.scope === undefined ? {} : { scope: flow.scope }),
    ...flow.more,
  })
  const revocation = flow.revoke ?? metadata['revocation_endpoint']
  const first = refreshTokens?.[0]
  return {
    signIn: {
      by: 'code',
      ...(!flow.isWritten && {
        metadata: {
          request: { method: 'GET', url: `${withoutSlash(issuer)}/.well-known/openid-configuration` },
          answer: { status: 200, body: { issuer, ...metadata } },
        },
      }),
      exchange: {
        request: {
          method: 'POST',
          url: metadata.token_endpoint,
          form: {
            grant_type: 'authorization_code',
            client_id: clientId,
            redirect_uri: redirectUri,
            code: ANOTHER_EACH_TIME,
            code_verifier: ANOTHER_EACH_TIME,
          },
        },
        answer: { status: 200, body: tokens(0) },
      },
    },
    ...(first === undefined
      ? {}
      : {
          refresh: {
            request: {
              method: 'POST',
              url: metadata.token_endpoint,
              form: { grant_type: 'refresh_token', client_id: clientId, refresh_token: first },
            },
            answer: { status: 200, body: tokens(1) },
          },
        }),
    refusal: {
      request: {
        method: 'GET',
        url: urlIn(api),
        headers: { authorization: `Bearer ${accessTokens[0]}` },
      },
      answer: flow.refusal,
    },
    ...(flow.ended === undefined ? {} : { ended: flow.ended }),
    ...(flow.forNow === undefined ? {} : { forNow: flow.forNow }),
    ...(typeof revocation !== 'string'
      ? {}
      : {
          signOut: {
            request: {
              method: 'POST',
              url: revocation,
              form: {
                token: first ?? accessTokens[0],
                token_type_hint: first === undefined ? 'access_token' : 'refresh_token',
                client_id: clientId,
              },
            },
            answer: { status: 200 },
          },
        }),
    ...endSession(inputs, flow),
  }
}

/** @see https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout */
function endSession(
  { clientId, afterSignOut }: CodeFlowInputs,
  { metadata, signOutParameters, openId }: CodeFlow,
): Pick<ServerAnswers, 'endSession'> {
  const endpoint = metadata['end_session_endpoint']
  if (afterSignOut === undefined || typeof endpoint !== 'string') return {}
  return {
    endSession: {
      url: endpoint,
      parameters: {
        ...(openId ? { id_token_hint: ANOTHER_EACH_TIME } : {}),
        client_id: clientId,
        post_logout_redirect_uri: afterSignOut,
        ...signOutParameters,
      },
    },
  }
}

/** What RFC 6750 section 3 has a resource server answer to an expired token. */
export const INVALID_TOKEN: DocumentedAnswer = {
  status: 401,
  headers: { 'www-authenticate': 'Bearer error="invalid_token", error_description="The access token expired"' },
}
