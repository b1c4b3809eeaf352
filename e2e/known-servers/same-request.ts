import { isDeepStrictEqual } from 'node:util'
import { ANOTHER_EACH_TIME, type DocumentedRequest, type Json } from '../../src/servers/known-server.ts'
import type { ReceivedRequest } from '../../src/testing/servers/received-request.ts'

/** Where a documented request goes; relative URLs are the site's. */
export const addressOf = ({ method, url }: Pick<DocumentedRequest, 'method' | 'url'>, site: string): string =>
  `${method} ${new URL(url, site).href}`

export const addressOfReceived = ({ method, origin, path, query }: ReceivedRequest): string =>
  `${method} ${origin}${path}${query}`

/** Headers that credentials are in: a request of the worker that does not document one must not have it. */
const CREDENTIALS = ['authorization', 'cookie', 'x-appwrite-jwt']

/** A request in the words in which servers document it: what the server looks at, and nothing of the browser's own. */
export function described(
  received: ReceivedRequest,
  documented: DocumentedRequest,
  credentials: readonly string[] = CREDENTIALS,
): Omit<DocumentedRequest, 'url'> {
  const names = [...new Set([...Object.keys(documented.headers ?? {}), ...credentials])]
  const headers = names.flatMap((name) => {
    const value = received.headers[name]
    return value === undefined ? [] : [[name, `${value}`] as const]
  })
  return {
    method: received.method,
    ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
    ...bodyOf(received, documented),
  }
}

/** The documented request, in the same form. `redirect_uri` and the like are relative in a configuration, and absolute in a request. */
export function expected(documented: DocumentedRequest, site: string): Omit<DocumentedRequest, 'url'> {
  const { method, headers, form, json } = documented
  return {
    method,
    ...(headers && Object.keys(headers).length > 0 && { headers }),
    ...(form && { form: absolute(form, site) }),
    ...(json !== undefined && { json }),
  }
}

export const absolute = (fields: Readonly<Record<string, string>>, site: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, /_uri$/.test(name) ? new URL(value, site).href : value]),
  )

/** Whether it is the documented request as far as its body goes: several can have one URL. */
export function hasBodyOf(received: ReceivedRequest, documented: DocumentedRequest, site: string): boolean {
  const { form, json } = described(received, documented)
  const wanted = expected(documented, site)
  return isDeepStrictEqual([form, json], [wanted.form, wanted.json])
}

function bodyOf(
  { headers, body }: ReceivedRequest,
  documented: DocumentedRequest,
): Pick<DocumentedRequest, 'form' | 'json'> {
  if (body === '') return {}
  if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return { json: asJson(body) }
  const fields = Object.fromEntries(new URLSearchParams(body))
  const another = Object.entries(documented.form ?? {}).filter(
    ([name, value]) => value === ANOTHER_EACH_TIME && fields[name],
  )
  return { form: { ...fields, ...Object.fromEntries(another) } }
}

function asJson(body: string): Json {
  try {
    return JSON.parse(body) as Json
  } catch {
    return `(no JSON: ${body})`
  }
}
