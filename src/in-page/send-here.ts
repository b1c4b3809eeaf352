import type { Authorization, Calls } from '../protocol.ts'

/** An XMLHttpRequest after `open()`, and the browser's own functions to work on it. */
export interface Sending {
  readonly xhr: XMLHttpRequest
  readonly args: Parameters<typeof XMLHttpRequest.prototype.open>
  readonly method: string
  readonly url: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly natives: Pick<typeof XMLHttpRequest.prototype, 'open' | 'setRequestHeader'>
  readonly send: () => void
  /** Calls the function with each event of the request and of its upload, before the page's own listeners. */
  readonly guard: (look: (event: Event) => void) => void
  /** Whether the page gave it up meanwhile. */
  readonly isOver: () => boolean
  readonly authorize: (call: Calls['authorize']['call']) => Promise<Authorization>
}

/** No request to it can succeed. https://w3c.github.io/FileAPI/#url */
const NOWHERE = 'blob:null/nowhere'
/** A refusal is short; more than this is no error body. */
const LONGEST_REFUSAL = 65_536

/** Sends an XMLHttpRequest with its token from the page, and once more when the token was refused. */
export async function sendHere(sending: Sending): Promise<void> {
  const { xhr, method, url, headers, natives, send, isOver, authorize } = sending
  const request = { url, method, mode: 'cors', destination: '', headers: headers.map(([name]) => name.toLowerCase()) }
  const first = await authorize({ request }).catch(() => undefined)
  if (isOver()) return
  // The browser's own network error, with all its events.
  if (first === 'failed') natives.open.call(xhr, method, NOWHERE, true)
  else for (const header of Object.entries(first ?? {})) natives.setRequestHeader.apply(xhr, header)
  if (typeof first === 'object')
    replayRefused(sending, (refused) =>
      authorize({ request, refused: { ...refused, headers: first } }).catch(() => undefined),
    )
  send()
}

/** Keeps the events of an answer that may be a refusal from the page, until it is known whether it is one. */
function replayRefused(
  { xhr, args, headers, natives, send, guard, isOver }: Sending,
  judge: (answer: { status: number; challenge: string | null; body: string }) => Promise<Authorization>,
): void {
  let kept: Event[] | undefined
  const { withCredentials, timeout, responseType } = xhr

  const decide = async () => {
    const text =
      responseType === '' || responseType === 'text'
        ? xhr.responseText.slice(0, LONGEST_REFUSAL)
        : JSON.stringify(xhr.response ?? '').slice(0, LONGEST_REFUSAL)
    const again = await judge({ status: xhr.status, challenge: xhr.getResponseHeader('www-authenticate'), body: text })
    if (isOver()) return guard(pass)
    if (typeof again !== 'object') {
      guard(pass)
      for (const { type } of kept ?? [])
        xhr.dispatchEvent(type === 'readystatechange' ? new Event(type) : new ProgressEvent(type))
      return
    }
    natives.open.apply(xhr, args)
    guard(skip)
    Object.assign(xhr, { withCredentials, timeout })
    for (const header of [...headers, ...Object.entries(again)])
      natives.setRequestHeader.apply(xhr, header as [string, string])
    send()
  }

  // What the page has seen of the first attempt, it does not see twice.
  const seen = new Set<string>()
  let most = -1
  const skip = (event: Event) => {
    const { type, target, loaded } = event as ProgressEvent
    const isUpload = target !== xhr
    if (isUpload && type === 'progress' ? loaded <= most : type === 'loadstart' || (isUpload && seen.has(type)))
      event.stopImmediatePropagation()
  }

  const keep = (event: Event) => {
    if (event.target !== xhr) {
      seen.add(event.type)
      most = Math.max(most, (event as ProgressEvent).loaded)
      return
    }
    const refusable = xhr.readyState > 1 && xhr.status >= 400 && xhr.status < 500
    if (!kept && !refusable) return
    event.stopImmediatePropagation()
    kept = [...(kept ?? []), event]
    if (event.type === 'loadend') void decide()
  }
  guard(keep)
}

const pass = (): void => {}
