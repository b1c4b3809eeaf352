import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { answerJson, answerText } from '../answers.ts'
import type { TokenResponse } from '../issuer.ts'

/** One way in which a refresh goes wrong (or looks odd and is right). */
export interface Fault {
  readonly does: string
  /** What one such answer means; the words of the policy. */
  readonly expected: 'success' | 'for-now' | 'ended' | 'needs-user' | 'configuration'
  /** The server may have rotated all the same. */
  readonly ambiguous?: true
  /** The server has spent the refresh token; what it gave in turn did not arrive. */
  readonly spends?: true
  /** The code that the page is told. */
  readonly code?: string
  /** The pause that the server asks for. */
  readonly retryAfterSeconds?: number
  /** So only when the access token had been refused. */
  readonly afterRefusal?: true
  /** A refresh that settles only by its time limit: give it a short one. */
  readonly hangs?: true
  readonly answer: (call: RefreshCall) => void
}

/** What a fault may work with. */
export interface RefreshCall {
  readonly response: ServerResponse
  /** Issues for real, as the server would have; nothing for a refresh token that is not good. */
  readonly issue: (options?: { readonly rotates?: boolean }) => TokenResponse | undefined
  /** What the last sign-in or refresh brought. */
  readonly latestAccessToken: string | undefined
  /** Another origin, which records what comes. */
  readonly elsewhere: string
}

/** The table keeps its names as types. */
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

/** A good answer with something changed. The refresh token is not rotated, so that the session can go on afterwards. */
export const altered =
  (change: (response: TokenResponse) => unknown, contentType = 'application/json'): Fault['answer'] =>
  ({ response, issue }) =>
    answerText(response, 200, JSON.stringify(change(issueInPlace(issue))), { 'content-type': contentType })

export function issueInPlace(issue: RefreshCall['issue']): TokenResponse {
  return issue({ rotates: false }) ?? { access_token: 'no-good-refresh-token-was-sent', token_type: 'Bearer' }
}
