/** The one call that brings a new access token. It takes nothing of the page's, and follows no redirect. */
import { allowInsecureRequests, customFetch, None, refreshTokenGrantRequest, type ClientAuth } from 'oauth4webapi'
import type { RefreshConfiguration } from '../policy/configuration.ts'
import type { NoAnswer, RefreshAnswer } from '../policy/classify.ts'
import { MAX_TOKEN_RESPONSE_BYTES } from '../policy/schedule.ts'
import { readJson } from './body.ts'

/** Sends the refresh token and reads the answer whole, within `timeoutSeconds`. Rejects never. */
export async function callTokenEndpoint(
  { timeoutSeconds, ...call }: RefreshConfiguration,
  refreshToken: string,
  { fetch, base, gaveUp }: { readonly fetch: typeof globalThis.fetch; readonly base: string; readonly gaveUp: AbortSignal },
): Promise<RefreshAnswer | NoAnswer> {
  const timeout = AbortSignal.timeout(timeoutSeconds * 1000)
  try {
    return await judge(await send(call, refreshToken, fetch, new URL(call.url, base).href, AbortSignal.any([timeout, gaveUp])))
  } catch {
    return { kind: 'no-answer', why: timeout.aborted ? 'timeout' : 'network' }
  }
}

/** Reads an answer to its end. */
export async function judge(response: Response): Promise<RefreshAnswer> {
  return {
    kind: 'answer',
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: await readJson(response, MAX_TOKEN_RESPONSE_BYTES),
  }
}

async function send(call: Omit<RefreshConfiguration, 'timeoutSeconds'>, refreshToken: string, fetch: typeof globalThis.fetch, endpoint: string, signal: AbortSignal): Promise<Response> {
  const { method, body, tokenField, clientId, parameters, headers, credentials } = call
  const plain = { method, credentials, signal, redirect: 'error', cache: 'no-store' } as const
  switch (body) {
    case 'none':
      return fetch(endpoint, { ...plain, headers })
    case 'json': {
      const fields = { [tokenField]: refreshToken, ...(clientId && { client_id: clientId }), ...parameters }
      return fetch(endpoint, { ...plain, headers: { 'content-type': 'application/json', accept: 'application/json', ...headers }, body: JSON.stringify(fields) })
    }
    case 'form': {
      const server = { issuer: new URL(endpoint).origin, token_endpoint: endpoint }
      return refreshTokenGrantRequest(server, { client_id: clientId ?? '-' }, clientId ? None() : unnamed, refreshToken, {
        additionalParameters: parameters,
        headers: new Headers(headers),
        signal,
        // What may be plain http is the configuration's to say: loopback only.
        [allowInsecureRequests]: true,
        [customFetch]: (to, { headers, body }) => fetch(to, { ...plain, headers, body: renamed(body, tokenField) }),
      })
    }
  }
}

/** Servers that know no clients want no `client_id`. */
export const unnamed: ClientAuth = () => {}

function renamed(body: URLSearchParams, tokenField: string): URLSearchParams {
  return new URLSearchParams([...body].map(([name, value]): [string, string] => [name === 'refresh_token' ? tokenField : name, value]))
}
