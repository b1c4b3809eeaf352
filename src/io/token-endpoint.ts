/** The one call that brings a new access token. It takes nothing of the page's, and follows no redirect. */
import type { RefreshConfiguration } from '../policy/configuration.ts'
import type { NoAnswer, RefreshAnswer } from '../policy/classify.ts'
import { MAX_TOKEN_RESPONSE_BYTES } from '../policy/schedule.ts'
import { readJson } from './body.ts'

/** Sends the refresh token, as JSON or by RFC 6749 section 6, and reads the answer whole, within `timeoutSeconds`. Rejects never. */
export async function callTokenEndpoint(
  { timeoutSeconds, ...call }: RefreshConfiguration,
  refreshToken: string,
  {
    fetch,
    base,
    gaveUp,
  }: { readonly fetch: typeof globalThis.fetch; readonly base: string; readonly gaveUp: AbortSignal },
): Promise<RefreshAnswer | NoAnswer> {
  const timeout = AbortSignal.timeout(timeoutSeconds * 1000)
  try {
    return await readAnswer(
      await send(call, refreshToken, fetch, new URL(call.url, base).href, AbortSignal.any([timeout, gaveUp])),
    )
  } catch {
    return { kind: 'no-answer', why: timeout.aborted ? 'timeout' : 'network' }
  }
}

/** Reads an answer to its end. */
export async function readAnswer(response: Response): Promise<RefreshAnswer> {
  return {
    kind: 'answer',
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    date: response.headers.get('date'),
    body: await readJson(response, MAX_TOKEN_RESPONSE_BYTES),
  }
}

async function send(
  call: Omit<RefreshConfiguration, 'timeoutSeconds'>,
  refreshToken: string,
  fetch: typeof globalThis.fetch,
  endpoint: string,
  signal: AbortSignal,
): Promise<Response> {
  const { method, body, tokenField, clientId, parameters, headers, credentials } = call
  const plain = { method, credentials, signal, redirect: 'error', cache: 'no-store' } as const
  if (body === 'none') return fetch(endpoint, { ...plain, headers })
  const fields = { [tokenField]: refreshToken, ...(clientId && { client_id: clientId }), ...parameters }
  return body === 'json'
    ? fetch(endpoint, {
        ...plain,
        headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
        body: JSON.stringify(fields),
      })
    : fetch(endpoint, {
        ...plain,
        headers: { accept: 'application/json', ...headers },
        body: new URLSearchParams({ grant_type: 'refresh_token', ...fields }),
      })
}
