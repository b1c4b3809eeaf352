import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { answerJson, answerText } from '../answers.ts'
import type { TokenResponse } from '../issuer.ts'

/** One way in which a refresh fails, or succeeds with an unusual response. */
export interface Fault {
  readonly does: string
  /** How the policy classifies this response. */
  readonly expected: 'success' | 'for-now' | 'ended' | 'needs-user' | 'configuration'
  /** The server may have rotated the refresh token although the response is an error. */
  readonly ambiguous?: true
  /** The server has used up the refresh token, but the new one did not arrive. */
  readonly spends?: true
  /** The error code that the page gets. */
  readonly code?: string
  /** The pause that the server asks for with `Retry-After`, in seconds. */
  readonly retryAfterSeconds?: number
  /** True if this holds only after the access token was refused. */
  readonly afterRefusal?: true
  /** The whole answer arrived and brings no token: a refresh token for one use may be spent, so there is no second try at once. */
  readonly once?: true
  /** This refresh settles only at its time limit: configure a short one. */
  readonly hangs?: true
  readonly answer: (call: RefreshCall) => void
}

/** What a fault gets to produce its response. */
export interface RefreshCall {
  readonly response: ServerResponse
  /** Issues tokens as the server would; undefined if the refresh token is not valid. */
  readonly issue: (options?: { readonly rotates?: boolean }) => TokenResponse | undefined
  /** The access token of the last sign-in or refresh. */
  readonly latestAccessToken: string | undefined
  /** Another origin, which records every request. */
  readonly elsewhere: string
}

/** Keeps the names of the table as literal types. */
export const faults = <Name extends string>(table: Readonly<Record<Name, Fault>>) => table

export const empty =
  (status: number, headers: OutgoingHttpHeaders = {}): Fault['answer'] =>
  ({ response }) => {
    response.writeHead(status, { 'content-length': 0, ...headers })
    response.end()
  }

export const json =
  (status: number, body: unknown, headers: OutgoingHttpHeaders = {}): Fault['answer'] =>
  ({ response }) =>
    answerJson(response, status, body, headers)

export const text =
  (status: number, body: string, contentType: string): Fault['answer'] =>
  ({ response }) =>
    answerText(response, status, body, { 'content-type': contentType })

/** A successful response with one change. The refresh token is not rotated, so that the session stays usable. */
export const altered =
  (change: (response: TokenResponse) => unknown, contentType = 'application/json'): Fault['answer'] =>
  ({ response, issue }) =>
    answerText(response, 200, JSON.stringify(change(issueInPlace(issue))), { 'content-type': contentType })

export function issueInPlace(issue: RefreshCall['issue']): TokenResponse {
  return issue({ rotates: false }) ?? { access_token: 'no-good-refresh-token-was-sent', token_type: 'Bearer' }
}
