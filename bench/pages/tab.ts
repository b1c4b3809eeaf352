/**
 * What every page under test does: it gets orders by a WebSocket, which no worker sees, and measures with its own
 * clock.
 */
import type { Order, Orders } from '../orders.ts'

/** A way to send requests with a token. */
export interface Contender {
  /** Resolves once requests of this page get a token. */
  ready(): Promise<unknown>
  signIn(lifetimeSeconds: number): Promise<unknown>
  /** Deletes the access token from the store of this origin. Undefined where nothing measures that. */
  forget?(): Promise<unknown>
  /** What a contender's own timer does once the token has expired. Undefined where the contender has no such timer. */
  renew?(): Promise<unknown>
  /** Sends a request, reads the whole response, and returns its status. */
  ask(path: string, body?: Blob): Promise<number>
  /** Reads a response in chunks where possible, and returns its size in bytes. */
  download(path: string): Promise<number>
}

/** With the browser's `fetch`; `fragment` is added to each URL. */
export const byFetch = (
  headers: () => Record<string, string> = () => ({}),
  fragment = '',
): Pick<Contender, 'ask' | 'download'> => ({
  async ask(path, body) {
    const response = await fetch(path + fragment, { headers: headers(), ...(body && { method: 'POST', body }) })
    await response.text()
    return response.status
  },
  async download(path) {
    const response = await fetch(path + fragment, { headers: headers() })
    const reader = response.body!.getReader()
    for (let bytes = 0; ; ) {
      const { done, value } = await reader.read()
      if (done) return bytes
      bytes += value.byteLength
    }
  },
})

/** A token response from the server of the bench. */
export async function tokensFor(
  lifetimeSeconds: number,
): Promise<{ readonly access_token: string; readonly refresh_token: string }> {
  return (await fetch(`/sign-in?lifetime=${lifetimeSeconds}`, { method: 'POST' })).json()
}

/** Registers a worker, and waits until it controls this page. */
export async function controlled(script: string): Promise<ServiceWorker> {
  const { serviceWorker } = navigator
  const control = new Promise((resolve) => serviceWorker.addEventListener('controllerchange', resolve, { once: true }))
  await serviceWorker.register(script)
  await serviceWorker.ready
  if (!serviceWorker.controller) await control
  return serviceWorker.controller!
}

export function tell<T>(worker: ServiceWorker, message: unknown): Promise<T> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = ({ data }) => resolve(data)
    worker.postMessage(message, [port2])
  })
}

export function serve(contender: Contender): void {
  const counted = async (path: string, body?: Blob, wanted = 200): Promise<boolean> => {
    const status = await contender.ask(path, body).catch((error) => error.response?.status)
    return status === wanted
  }
  // Requests of one URL would wait for each other at the cache. https://source.chromium.org/chromium/chromium/src/+/main:net/http/http_cache.h
  let last = 0
  const one = (path: string): Promise<boolean> => counted(`${path}?${++last}`)
  const early = location.search.endsWith('early') ? first() : undefined
  async function first(): Promise<Orders['early']['result']> {
    const before = performance.now()
    const succeeded = await counted('/api/small?early')
    return { ms: performance.now() - before, failures: succeeded ? 0 : 1 }
  }
  const handlers: { readonly [Name in Order]: (order: Orders[Name]['order']) => Promise<Orders[Name]['result']> } = {
    async ready() {
      await contender.ready()
    },
    async forget() {
      await contender.forget?.()
    },
    async early() {
      return (await early)!
    },
    async signIn({ lifetimeSeconds }) {
      await contender.signIn(lifetimeSeconds)
    },
    async sequence({ path, count }) {
      const times: number[] = []
      let failures = 0
      for (let i = 0; i < count; i++) {
        const before = performance.now()
        if (!(await one(path))) failures++
        times.push(performance.now() - before)
      }
      return { times, failures }
    },
    async flight({ path, count, width }) {
      let left = count
      let failures = 0
      const lane = async () => {
        while (left-- > 0) if (!(await one(path))) failures++
      }
      const before = performance.now()
      await Promise.all(Array.from({ length: width }, lane))
      return { ms: performance.now() - before, failures }
    },
    async burst({ path, count, renews }) {
      const begunAt = performance.timeOrigin + performance.now()
      const renewing = renews ? contender.renew?.() : undefined
      const results = await Promise.all(Array.from({ length: count }, () => one(path)))
      const endedAt = performance.timeOrigin + performance.now()
      await renewing
      return { begunAt, endedAt, failures: results.filter((succeeded) => !succeeded).length }
    },
    async down({ path, bytes }) {
      const before = performance.now()
      const got = await contender.download(path)
      return { ms: performance.now() - before, failures: got === bytes ? 0 : 1 }
    },
    async up({ path, bytes, status }) {
      const body = new Blob([new Uint8Array(bytes)])
      const before = performance.now()
      const succeeded = await counted(path, body, status)
      return { ms: performance.now() - before, failures: succeeded ? 0 : 1 }
    },
  }
  const socket = new WebSocket(`ws://${location.host}/orders${location.search}`)
  socket.onmessage = async ({ data }: MessageEvent<string>) => {
    const { id, name, order } = JSON.parse(data) as { id: number; name: Order; order: never }
    try {
      socket.send(JSON.stringify({ id, result: (await handlers[name](order)) ?? null }))
    } catch (error) {
      socket.send(JSON.stringify({ id, error: String((error as Error).stack ?? error) }))
    }
  }
}
