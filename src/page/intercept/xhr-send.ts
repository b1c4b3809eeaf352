import { staysBehind } from '../../engine/authorize.ts'
import { warn } from '../../io/console.ts'
import { redactUrl } from '../../policy/redact-url.ts'
import type { Body, Interception, OpenedXhr } from './interception.ts'
import { headersOf } from '../message-worker.ts'
import { natives, nativeXhr } from './natives.ts'
import { isWorker } from '../realm.ts'
import { ownClasses } from './own-classes.ts'
import { hasReplacedMembers } from './replaced-members.ts'

/** No request to it can succeed. https://w3c.github.io/FileAPI/#url */
const NOWHERE = 'blob:null/nowhere'

/** Sends an `XMLHttpRequest` that may leave: through the worker, or by the exchange in this page. */
export class XhrSender {
  /** Requests whose page looks at upload progress. */
  readonly wantsProgress = new WeakSet<XMLHttpRequest>()
  readonly #interception: Interception

  constructor(interception: Interception) {
    this.#interception = interception
  }

  /** Whether the request would lose something behind a worker: no engine reports upload progress behind one. */
  mustBeSentHere(xhr: XMLHttpRequest, body: Body): boolean {
    return this.wantsProgress.has(xhr) && body !== null && body !== undefined
  }

  send(xhr: XMLHttpRequest, entry: OpenedXhr, body: Body): void {
    const { gate, matcher, mayTrack, track } = this.#interception
    const isListed = matcher?.sessionOf(entry.url) !== undefined
    if (isListed && (gate.sendHere || this.mustBeSentHere(xhr, body))) {
      entry.waits = body ?? null
      return void this.#sendHere(xhr, entry, body)
    }
    const isOwn = entry.headers.some(([name]) => /^authorization$/i.test(name))
    if (!isOwn && mayTrack(entry.url)) {
      const setHeader = (...header: [string, string]) => natives.setRequestHeader.apply(xhr, header)
      entry.endTracking = track(entry.method, entry.url, setHeader)
    }
    this.sendNow(xhr, entry, body)
  }

  sendNow(xhr: XMLHttpRequest, entry: OpenedXhr, body: Body): void {
    entry.waits = undefined
    for (const header of entry.unset.splice(0)) natives.setRequestHeader.apply(xhr, header)
    natives.send.call(xhr, body)
  }

  /**
   * Ends a request of a worker that was opened, and never sent. Firefox gives an object there no events any more when it is
   * opened again before it was sent, so that the browser cannot end it.
   */
  endUnsent(xhr: XMLHttpRequest, entry: OpenedXhr, type: 'abort' | 'error'): void {
    const show = (readyState: number) =>
      Object.defineProperty(xhr, 'readyState', { value: readyState, configurable: true })
    show(4)
    entry.restore = () => void Reflect.deleteProperty(xhr, 'readyState')
    xhr.dispatchEvent(new Event('readystatechange'))
    for (const each of [type, 'loadend']) xhr.dispatchEvent(new ProgressEvent(each))
    // As in the browser, an aborted object is unsent, and a failed one is done.
    if (type === 'abort') show(0)
  }

  /** Ends it in the browser's own network error, with all its events. */
  fail(xhr: XMLHttpRequest, entry: OpenedXhr): void {
    if (isWorker) return this.endUnsent(xhr, entry, 'error')
    natives.open.call(xhr, entry.method, NOWHERE, true)
    this.sendNow(xhr, entry, null)
  }

  async #sendHere(xhr: XMLHttpRequest, entry: OpenedXhr, body: Body): Promise<void> {
    const { gate, loadPagePart, ask, matcher } = this.#interception
    const { args, method, url, headers } = entry
    const send = () => {
      if (!entry.over) this.sendNow(xhr, entry, body)
    }
    const part = await loadPagePart().catch(() => undefined)
    // Without the part the worker answers, and there is no upload progress.
    if (!part) return send()
    await part.exchangeXhr({
      xhr,
      args,
      headers,
      request: {
        url,
        method,
        mode: 'cors',
        destination: '',
        headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
        bytes: sizeOf(body),
        seenByWorker: !gate.sendHere,
      },
      unset: entry.unset,
      failUnsent: isWorker ? () => this.endUnsent(xhr, entry, 'error') : undefined,
      natives: nativeXhr,
      headersOf,
      send,
      guard: (guard) => (entry.guard = guard),
      onReopened: (restore) => (entry.restore = restore),
      isOver: () => entry.over,
      isCapture: matcher?.match({ url, method, mode: 'cors', destination: '' }, () => null)?.capture !== undefined,
      ask,
    })
  }
}

export const isSynchronous = ({ args }: OpenedXhr): boolean => args.length > 2 && !args[2]

/** A synchronous request passes by every worker and cannot wait: it is sent with the header that is known. */
export function sendSynchronous(
  xhr: XMLHttpRequest,
  { url, method, headers }: OpenedXhr,
  body: Body,
  { matcher, synchronousHeaders }: Interception,
): void {
  // Asked before anything is decided: a script may put back what it has replaced meanwhile.
  const mayDecide = !hasReplacedMembers()
  const own = (name: string) => headers.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1] ?? null
  if (matcher?.match({ url, method, mode: 'cors', destination: '' }, own)?.capture !== undefined) {
    warn(
      `${redactUrl(url)} is listed in "capture", and was requested by a synchronous XMLHttpRequest: the page would see its tokens. It ends in a network error. Open it with async true.`,
    )
    nativeXhr.open(xhr, method, NOWHERE, false)
    return natives.send.call(xhr, null)
  }
  const token = mayDecide ? matcher?.tokenOf(url) : undefined
  const known = token && synchronousHeaders(token, url)
  for (const [name, value] of ownClasses.Object.entries(known ?? {})) {
    // No script can keep it from following a redirect to another origin.
    if (own(name) === null && staysBehind(name)) nativeXhr.setRequestHeader(xhr, name, value)
  }
  natives.send.call(xhr, body)
}

/** Bytes of a body, about: what is compared with `maxReplayBytes`. */
export function sizeOf(body: Body): number {
  if (body === null || body === undefined) return 0
  if (body instanceof Blob) return body.size
  if (body instanceof FormData) return [...body.values()].reduce((sum, value) => sum + new Blob([value]).size, 0)
  if (typeof body === 'string' || body instanceof URLSearchParams) return new Blob([String(body)]).size
  return 'byteLength' in body ? body.byteLength : 0
}
