import type { Body, Interception, OpenedXhr } from './interception.ts'
import { apply, natives, pageNatives } from './natives.ts'
import { pagePart } from './realm.ts'

/** Sends an `XMLHttpRequest` that may leave: through the worker, or by the exchange in this page. */
export class XhrSender {
  /** Requests whose page looks at upload progress. */
  readonly wantsProgress = new WeakSet<XMLHttpRequest>()
  readonly #interception: Interception

  constructor(interception: Interception) {
    this.#interception = interception
  }

  /** Whether a worker would spoil the request: no engine reports upload progress behind one. */
  mustBeSentHere(xhr: XMLHttpRequest, body: Body): boolean {
    return this.wantsProgress.has(xhr) && body !== null && body !== undefined
  }

  send(xhr: XMLHttpRequest, entry: OpenedXhr, body: Body): void {
    const { gate, matcher, mayMark, track } = this.#interception
    const isListed = matcher?.sessionOf(entry.url) !== undefined
    if (isListed && (gate.sendHere || this.mustBeSentHere(xhr, body))) {
      entry.waits = body ?? null
      return void this.#sendHere(xhr, entry, body)
    }
    if (mayMark(entry.url)) entry.endTracking = track((...header) => apply(pageNatives.setRequestHeader, xhr, header))
    this.sendNow(xhr, entry, body)
  }

  sendNow(xhr: XMLHttpRequest, entry: OpenedXhr, body: Body): void {
    entry.waits = undefined
    apply(natives.send, xhr, [body])
  }

  async #sendHere(xhr: XMLHttpRequest, entry: OpenedXhr, body: Body): Promise<void> {
    const { gate, loadPagePart } = this.#interception
    const send = () => {
      if (!entry.over) this.sendNow(xhr, entry, body)
    }
    await loadPagePart().catch(() => {})
    const part = pagePart()
    // Without the part the worker answers, and there is no upload progress.
    if (!part) return send()
    const worker = gate.sendHere ? undefined : () => navigator.serviceWorker.controller
    part.sendXhr({ xhr, entry, body: body ?? null, bytes: sizeOf(body), worker, send })
  }
}

export const isSynchronous = ({ args }: OpenedXhr): boolean => args.length > 2 && !args[2]

/** A synchronous request passes by every worker and cannot wait: it is sent with the header that is known. */
export function sendSynchronous(
  xhr: XMLHttpRequest,
  { url, headers }: OpenedXhr,
  body: Body,
  { matcher, synchronousHeaders }: Interception,
): void {
  const session = matcher?.sessionOf(url)
  const known = session === undefined ? undefined : synchronousHeaders(session)
  for (const [name, value] of Object.entries(known ?? {})) {
    const isSet = headers.some(([own]) => own.toLowerCase() === name.toLowerCase())
    if (!isSet) apply(pageNatives.setRequestHeader, xhr, [name, value])
  }
  apply(natives.send, xhr, [body])
}

/** Bytes of a body, about: what is compared with `maxReplayBytes`. */
function sizeOf(body: Body): number {
  if (body === null || body === undefined) return 0
  if (typeof body === 'string') return body.length
  if (body instanceof Blob) return body.size
  if (body instanceof FormData) {
    return [...body.values()].reduce((sum, value) => sum + (typeof value === 'string' ? value.length : value.size), 0)
  }
  if (body instanceof URLSearchParams) return String(body).length
  return 'byteLength' in body ? body.byteLength : 0
}
