/** Everything a page does with its API, all begun in the same turn: each is the first use after whatever happened before. */
import type { Tab } from './engines/engine.ts'
import { PASSWORD } from '../src/testing/servers/token-server.ts'

export interface Done {
  readonly what: string
  readonly result: unknown
  /** ms. */
  readonly took: number
}

/** What each of them brings where somebody is signed in. */
export const GOOD: Readonly<Record<string, unknown>> = {
  fetch: 200,
  'fetch with a signal': 200,
  'fetch of a Request': 200,
  'fetch of another origin, with a signal': 200,
  'fetch with an Authorization header of its own': 401,
  'an XMLHttpRequest': 200,
  'an EventSource': 'one',
  'a WebSocket': 'hello',
  sendBeacon: true,
  'session()': 'active',
  'explain()': 'authorize',
}

/** Other origins than the site. */
interface Elsewhere {
  readonly resource: string
  /** A socket that says what it is told. */
  readonly socket: string
}

/** Sends requests to `/r/` of the site and elsewhere, and calls the API. */
export function sendEverything(tab: Tab, elsewhere: Elsewhere): Promise<readonly Done[]> {
  return tab.evaluate(({ resource, socket }) => {
    const { signal } = new AbortController()
    const statusOf = ({ status }: Response) => status
    const all: Readonly<Record<string, () => unknown>> = {
      fetch: () => fetch('/r/echo/fetch').then(statusOf),
      'fetch with a signal': () => fetch('/r/echo/signal', { signal }).then(statusOf),
      'fetch of a Request': () =>
        fetch(new Request('/r/echo/request', { method: 'POST', body: 'text', signal })).then(statusOf),
      'fetch of another origin, with a signal': () => fetch(resource, { signal }).then(statusOf),
      'fetch with an Authorization header of its own': () =>
        fetch('/r/echo/own', { signal, headers: { authorization: 'Basic eA==' } }).then(statusOf),
      'an XMLHttpRequest': () =>
        new Promise((resolve) => {
          const request = new XMLHttpRequest()
          request.open('PUT', '/r/echo/xhr')
          request.onloadend = () => resolve(request.status)
          request.send('text')
        }),
      'an EventSource': () =>
        new Promise((resolve) => {
          const source = new EventSource('/r/events/source')
          source.addEventListener('named', ({ data }) => {
            source.close()
            resolve(data)
          })
        }),
      'a WebSocket': () =>
        new Promise((resolve) => {
          const opened = new WebSocket(socket)
          opened.onopen = () => opened.send('hello')
          opened.onclose = ({ code }) => resolve(code)
          opened.onmessage = ({ data }) => {
            opened.close()
            resolve(data)
          }
        }),
      sendBeacon: () => navigator.sendBeacon('/r/echo/beacon', 'text'),
      'session()': () => bearerWorker.session().then(({ state }) => state),
      'explain()': () => bearerWorker.explain('/r/echo/explained').then(({ code }) => code),
    }
    return Promise.all(
      Object.entries(all).map(async ([what, run]) => {
        const begin = performance.now()
        const late = new Promise((resolve) => setTimeout(resolve, 10_000, 'late'))
        const result = await Promise.race([run(), late]).catch(String)
        return { what, result, took: Math.round(performance.now() - begin) }
      }),
    )
  }, elsewhere)
}

/** Shows an image of the resources. */
export function showImage(tab: Tab): Promise<'load' | 'error'> {
  return tab.evaluate(
    () =>
      new Promise<'load' | 'error'>((resolve) => {
        const image = new Image()
        image.onload = () => resolve('load')
        image.onerror = () => resolve('error')
        image.src = '/r/image'
      }),
  )
}

/** Signs in by `fetch` and by `XMLHttpRequest` at once. Resolves with what the page was given. */
export function signInTwice(tab: Tab): Promise<readonly string[]> {
  return tab.evaluate((password) => {
    const body = JSON.stringify({ username: 'ada', password })
    const headers = { 'content-type': 'application/json' }
    const byXhr = new Promise<string>((resolve) => {
      const request = new XMLHttpRequest()
      request.open('POST', '/auth/login')
      request.setRequestHeader('content-type', 'application/json')
      request.onloadend = () => resolve(request.responseText)
      request.send(body)
    })
    const byFetch = fetch('/auth/login', { method: 'POST', headers, body }).then((response) => response.text())
    return Promise.all([byXhr, byFetch])
  }, PASSWORD)
}

/** What the page's console was told as errors and warnings; for pages with this script before ours. */
export const CONSOLE = `<script>
  window.told = []
  for (const how of ['error', 'warn']) {
    const original = console[how]
    console[how] = (...values) => { told.push(values.map(String).join(' ')); original.apply(console, values) }
  }
</script>`

export const toldOf = (tab: Tab): Promise<readonly string[]> =>
  tab.evaluate(() => (window as unknown as { told: readonly string[] }).told)
