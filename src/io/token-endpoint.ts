/** The one call that brings a new access token. It takes nothing of the page's, and follows no redirect. */
import type { Api } from '../policy/api-tokens.ts'
import type { RefreshConfiguration, SignOutConfiguration } from '../policy/configuration.ts'
import type { NoAnswer, RefreshAnswer } from '../policy/classify.ts'
import { filled, namedBy, type Secrets } from '../policy/placeholders.ts'
import { MAX_TOKEN_RESPONSE_BYTES } from '../policy/schedule.ts'
import { readJson } from './body.ts'

/** Where a call goes, and how long it may take. */
export interface Calling {
  readonly fetch: typeof globalThis.fetch
  /** What relative URLs of the configuration are relative to. */
  readonly base: string
  readonly gaveUp: AbortSignal
  /** Whose access token is wanted; undefined for the session's own. */
  readonly api?: Api | undefined
}

/** Sends the refresh token, as JSON or by RFC 6749 section 6, and reads the answer whole, within `timeoutSeconds`. Never rejects. */
export async function callTokenEndpoint(
  config: RefreshConfiguration,
  secrets: Secrets,
  { fetch, base, gaveUp, api }: Calling,
): Promise<RefreshAnswer | NoAnswer> {
  const timeout = AbortSignal.timeout(config.timeoutSeconds * 1000)
  try {
    const request = requestOf(wanting(config, api), secrets, fieldsOf(config, secrets))
    const signal = AbortSignal.any([timeout, gaveUp])
    return await readAnswer(await fetch(new URL(config.url, base).href, { ...request, signal }))
  } catch {
    return { kind: 'no-answer', why: timeout.aborted ? 'timeout' : 'network' }
  }
}

/** The same call for the access token of an API. What `parameters` say is for the session's own. */
function wanting(config: RefreshConfiguration, { resource, scope }: Omit<Api, 'key'> = {}): RefreshConfiguration {
  const wanted = { ...(resource !== undefined && { resource }), ...(scope !== undefined && { scope }) }
  return { ...config, parameters: { ...config.parameters, ...wanted } }
}

/** Reads an answer to its end. */
export async function readAnswer(response: Response): Promise<RefreshAnswer> {
  return {
    kind: 'answer',
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    date: response.headers.get('date'),
    headers: [...response.headers],
    body: await readJson(response, MAX_TOKEN_RESPONSE_BYTES),
  }
}

/** A request that is described by hand. Headers of the configuration replace ours, whatever their case. */
export function requestOf(
  call: Pick<RefreshConfiguration | SignOutConfiguration, 'method' | 'body' | 'headers' | 'parameters' | 'credentials'>,
  secrets: Secrets,
  fields: Readonly<Record<string, string>> = {},
): RequestInit {
  const { headers, parameters } = filled(call, secrets)
  const { method, body, credentials } = call
  const plain = { method, credentials, redirect: 'error', cache: 'no-store' } as const
  const all = { ...fields, ...parameters }
  const accept = { accept: 'application/json' }
  if (body === 'json')
    return {
      ...plain,
      headers: { 'content-type': 'application/json', ...accept, ...headers },
      body: JSON.stringify(all),
    }
  return body === 'none' || Object.keys(all).length === 0
    ? { ...plain, headers }
    : { ...plain, headers: { ...accept, ...headers }, body: new URLSearchParams(all as Record<string, string>) }
}

/** What goes along besides `parameters`. @see https://www.rfc-editor.org/rfc/rfc6749#section-6 */
function fieldsOf(config: RefreshConfiguration, { refreshToken }: Secrets): Record<string, string> {
  const { body, tokenField, clientId } = config
  return {
    ...(body === 'form' && { grant_type: 'refresh_token' }),
    ...(refreshToken && !namedBy(config).refreshToken && { [tokenField]: refreshToken }),
    ...(clientId && { client_id: clientId }),
  }
}
