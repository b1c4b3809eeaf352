/** What an app does in its pages: opens, signs in, sends requests. It does not handle tokens. */
import type { Browsing, Tab } from './engines/engine.ts'
import type { Site } from './servers/site.ts'
import { PASSWORD } from '../src/testing/servers/token-server.ts'

export interface AppRequest {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** A response as the page got it. */
export interface PageAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** Opens a page of the site and waits until its requests are protected. */
export async function openApp(browsing: Browsing, site: Site, path = '/'): Promise<Tab> {
  const tab = await browsing.newTab(site.url(path))
  await tab.evaluate(() => bearerWorker.ready)
  return tab
}

export async function openSignedIn(browsing: Browsing, site: Site): Promise<Tab> {
  const tab = await openApp(browsing, site)
  await signIn(tab)
  return tab
}

export function signIn(tab: Tab, { url = '/auth/login', password = PASSWORD } = {}): Promise<PageAnswer> {
  return ask(tab, url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'ada', password }),
  })
}

/** Runs code that navigates the tab away: the page may be gone before it can report the result. */
export async function leave<Argument>(
  tab: Tab,
  run: (argument: Argument) => Promise<void>,
  argument: Argument,
): Promise<void> {
  await tab.evaluate(run, argument).catch((error: Error) => {
    if (!/navigated away|context was destroyed/.test(error.message)) throw error
  })
}

/** By `fetch`. */
export function ask(tab: Tab, url: string, request: AppRequest = {}): Promise<PageAnswer> {
  return tab.evaluate(
    async ({ url, request }) => {
      const response = await fetch(url, request)
      return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() }
    },
    { url, request },
  )
}

/** By `XMLHttpRequest`. */
export function askByXhr(
  tab: Tab,
  url: string,
  { method = 'GET', headers = {}, body }: AppRequest = {},
): Promise<PageAnswer> {
  return tab.evaluate(
    ({ url, method, headers, body }) =>
      new Promise<PageAnswer>((resolve, reject) => {
        const request = new XMLHttpRequest()
        request.open(method, url)
        for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
        request.onload = () => {
          const lines = request.getAllResponseHeaders().trim().split('\r\n').filter(Boolean)
          const answered = Object.fromEntries(
            lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const),
          )
          resolve({ status: request.status, headers: answered, text: request.responseText })
        }
        request.onerror = () => reject(new TypeError('network error'))
        request.send(body)
      }),
    { url, method, headers, body: body ?? null },
  )
}

/** An upload whose page looks at its progress. Resolves with the status. */
export function uploadWithProgress(tab: Tab, url: string, body = 'text'): Promise<number> {
  return tab.evaluate(
    ({ url, body }) =>
      new Promise<number>((resolve) => {
        const request = new XMLHttpRequest()
        request.upload.onprogress = () => {}
        request.open('POST', url)
        request.onloadend = () => resolve(request.status)
        request.send(body)
      }),
    { url, body },
  )
}

/** The fields of an error that a page can read. */
export interface Failure {
  readonly name: string
  readonly message: string
  readonly code?: string
  readonly reason?: string
  readonly retryAt?: number
  readonly issues?: readonly { readonly path: string; readonly message: string }[]
}

/** The error that a function of the page rejects with. Fails if it does not reject. */
export function failureOf(tab: Tab, run: () => Promise<unknown>): Promise<Failure> {
  return tab.evaluate(async (source) => {
    const failing = (0, eval)(`(${source})`) as () => Promise<unknown>
    const result = await failing().then(
      (value) => ({ value }),
      ({ name, message, code, reason, retryAt, issues }: Failure) => ({
        failure: { name, message, code, reason, retryAt, issues },
      }),
    )
    if ('value' in result) throw new Error(`It did not fail: ${JSON.stringify(result.value)}`)
    return result.failure as Failure
  }, run.toString())
}
