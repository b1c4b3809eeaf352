import type { Gate } from './gate.ts'

/** The functions of the browser that a page sends requests with, as they were. */
export interface Natives {
  readonly fetch: typeof fetch
  readonly send: typeof XMLHttpRequest.prototype.send
}

const MARK = Symbol.for('bearer-worker.held')

/**
 * Makes `fetch` and `XMLHttpRequest` wait at the gate. Returns how to undo it, or undefined if it was done already.
 * What the page script cannot reach is listed in docs/transparency.md.
 */
export function holdRequests(gate: Gate, natives: Natives): (() => void) | undefined {
  if (MARK in window) return undefined
  Object.assign(window, { [MARK]: true })
  const undo = [holdFetch(gate, natives), holdXhr(gate, natives)]
  return () => {
    for (const each of undo) each()
    delete (window as { [MARK]?: boolean })[MARK]
  }
}

function holdFetch(gate: Gate, natives: Natives): () => void {
  const held = async function fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    if (gate.isOpen && !gate.way) return natives.fetch.call(window, input, init)
    const request = new Request(input, init)
    const way = await gate.pass(request.url)
    return way?.(request) ?? natives.fetch.call(window, request)
  }
  window.fetch = Object.defineProperty(held, 'length', { value: 1 })
  return () => {
    // Somebody may have wrapped ours meanwhile: then it stays, and only passes on.
    if (window.fetch === held) window.fetch = natives.fetch
  }
}

function holdXhr(gate: Gate, natives: Natives): () => void {
  const { prototype } = XMLHttpRequest
  const { open, abort } = prototype
  const opened = new WeakMap<XMLHttpRequest, { readonly url: string; readonly async: boolean }>()
  const openHeld = function (this: XMLHttpRequest, method: string, url: string | URL, async = true, ...rest: [string?, string?]): void {
    open.call(this, method, url, async, ...(rest as [string, string]))
    opened.set(this, { url: new URL(url, document.baseURI).href, async })
  }
  const sendHeld = function (this: XMLHttpRequest, body?: Document | XMLHttpRequestBodyInit | null): void {
    const entry = opened.get(this)
    if (!entry?.async || gate.isOpen) return natives.send.call(this, body)
    void gate.pass(entry.url).then(() => opened.get(this) === entry && natives.send.call(this, body))
  }
  const abortHeld = function (this: XMLHttpRequest): void {
    opened.delete(this)
    abort.call(this)
  }
  const patches = { open: named(openHeld, 'open', 2), send: named(sendHeld, 'send', 0), abort: named(abortHeld, 'abort', 0) }
  const before = { open, send: natives.send, abort }
  Object.assign(prototype, patches)
  return () => {
    for (const name of ['open', 'send', 'abort'] as const) if (prototype[name] === patches[name]) Object.assign(prototype, { [name]: before[name] })
  }
}

function named<T extends (...args: never[]) => unknown>(patched: T, name: string, length: number): T {
  return Object.defineProperties(patched, { name: { value: name }, length: { value: length } })
}
