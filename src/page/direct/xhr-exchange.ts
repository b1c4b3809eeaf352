import type { ReceivedAnswer, Ticket } from '../../protocol.ts'
import { natives, nativeXhr, optionsOf, setOptions } from '../intercept/natives.ts'
import { apply, uncurried } from '../intercept/own-classes.ts'
import { headersOf } from '../message-worker.ts'
import { isWorker } from '../realm.ts'
import type { DirectLane, Permit } from './lane.ts'
import { RefusedRequest } from './refused-request.ts'
import { mayBeJson, mayHaveCode } from './refusing-body.ts'
import { routed } from './routed.ts'
import type { SentXhr } from './sent-xhr.ts'

/** No request to it can succeed. https://w3c.github.io/FileAPI/#url */
const NOWHERE = 'blob:null/nowhere'
/** ms for which the events of an answer are held: one that is slower is no refusal. */
const LONGEST_HOLD_MS = 2_000

/** The attempts of one XMLHttpRequest, of which the page sees one. */
export class DirectXhr {
  readonly #lane: DirectLane
  readonly #permit: Permit
  readonly #sent: SentXhr
  readonly #properties: Pick<XMLHttpRequest, 'withCredentials' | 'timeout'>
  #ticket: Ticket
  /** Statuses of answers that the page must not see before it is decided what to do with them. */
  #statuses: readonly number[]
  /** From its first refusal on. */
  #refused: RefusedRequest | undefined
  /** The events of such an answer. */
  #held: Event[] | undefined
  /** Events of the upload that the page has seen: it does not see them twice. */
  readonly #seen = new Set<string>()
  #uploaded = -1

  constructor(lane: DirectLane, permit: Permit, sent: SentXhr) {
    this.#lane = lane
    this.#permit = permit
    this.#sent = sent
    this.#properties = optionsOf(sent.xhr)
    this.#statuses = permit.rules.statuses
    this.#ticket = lane.ticketOf(permit, { ...sent.entry, startedAt: Date.now() })
  }

  send(credentials: string | undefined): void {
    const { xhr, entry, body } = this.#sent
    const [method, , ...rest] = entry.args
    const args = [method, this.#permit.hasRoute ? routed(entry.url) : entry.url, ...rest]
    // Firefox gives an object of a worker no events any more when it is opened again before it was sent.
    const mustReopen = !isWorker || this.#refused || this.#permit.hasRoute
    // Opened again, it dispatches that event once more: the page has seen it.
    entry.guard = stop
    if (mustReopen) {
      apply(natives.open, xhr, args)
      setOptions(xhr, this.#properties)
    }
    entry.unset.length = 0
    for (const [name, value] of entry.headers)
      if (!/^authorization$/i.test(name)) nativeXhr.setRequestHeader(xhr, name, value)
    if (credentials !== undefined) nativeXhr.setRequestHeader(xhr, 'Authorization', credentials)
    entry.guard = (event) => this.#look(event)
    natives.send.call(xhr, body)
  }

  #look(event: Event): void {
    const { xhr, entry } = this.#sent
    if (event.target !== xhr) return this.#lookAtUpload(event)
    const isEnd = event.type === 'loadend'
    if (!entry.over && this.#refused && event.type === 'loadstart') return stop(event)
    if (entry.over || !(this.#held || this.#mayBeRefused())) {
      if (isEnd) this.#end(entry.over ? 0 : xhr.status)
      return
    }
    stop(event)
    this.#held ??= this.#hold()
    this.#held.push(event)
    if (isEnd) void this.#decide(this.#held)
  }

  #hold(): Event[] {
    const held: Event[] = []
    setTimeout(() => this.#release(held), LONGEST_HOLD_MS)
    return held
  }

  /** What the page has seen of the upload of the first attempt, it does not see again. */
  #lookAtUpload(event: Event): void {
    const { type, loaded } = event as ProgressEvent
    const isKnown = type === 'progress' ? loaded <= this.#uploaded : this.#seen.has(type)
    if (this.#refused && isKnown) stop(event)
    this.#seen.add(type)
    this.#uploaded = Math.max(this.#uploaded, loaded)
  }

  #mayBeRefused(): boolean {
    const { readyState, status } = this.#sent.xhr
    if (readyState < 2 || !this.#statuses.includes(status)) return false
    return status > 299 || mayBeJson(this.#header('content-type'))
  }

  /** The answer takes too long to be a refusal: the page sees it as it comes. Another attempt may be under way by now. */
  #release(held: readonly Event[]): void {
    if (this.#sent.entry.over || held !== this.#held || held.some(({ type }) => type === 'loadend')) return
    this.#show()
  }

  async #decide(held: readonly Event[]): Promise<void> {
    const { xhr, entry, bytes } = this.#sent
    const { errorCodes } = this.#permit.rules
    const { status } = xhr
    // An answer that broke off is none: the page sees what the browser says of it.
    const isWhole = held.some(({ type }) => type === 'load')
    const body = isWhole && errorCodes.length > 0 ? await textOf(xhr).catch(() => undefined) : undefined
    if (entry.over || held !== this.#held) return
    if (!isWhole || (status < 300 && !mayHaveCode(body ?? '', errorCodes))) return this.#give()
    this.#refused ??= new RefusedRequest(this.#lane, this.#permit)
    const answer: ReceivedAnswer = { status, headers: this.#headers(), body }
    const step = await this.#refused.next({ ticket: this.#ticket, answer, bytes })
    if (entry.over) return this.#end(0)
    this.#ticket = step.ticket
    this.#statuses = step.statuses
    this.#held = step.kind === 'give' ? this.#held : undefined
    switch (step.kind) {
      case 'give':
        return this.#give()
      case 'send':
        return this.send(headersOf(step)['Authorization'])
      case 'send-as-is':
        return this.send(undefined)
      case 'fail':
        // The browser's own network error, with all its events.
        this.#end(0)
        entry.guard = stop
        natives.open.call(xhr, entry.args[0], NOWHERE, true)
        entry.guard = (event) => event.type === 'loadstart' && stop(event)
        natives.send.call(xhr)
    }
  }

  #give(): void {
    this.#end(this.#sent.xhr.status)
    this.#show()
  }

  /** The page sees the events that were held, in their order, and those that come. */
  #show(): void {
    const held = this.#held ?? []
    this.#held = undefined
    this.#statuses = []
    const { xhr, entry } = this.#sent
    const { guard } = entry
    entry.guard = () => {}
    for (const event of held) xhr.dispatchEvent(copyOf(event))
    if (guard && !held.some(({ type }) => type === 'loadend')) entry.guard = guard
  }

  #end(status: number): void {
    if (!this.#refused) return this.#lane.end(this.#ticket, status || undefined)
    this.#refused.end(this.#ticket, status === 0 ? undefined : { status, headers: this.#headers() })
  }

  #header(name: string): string | null {
    return natives.getResponseHeader.call(this.#sent.xhr, name)
  }

  #headers(): Record<string, string> {
    const lines = natives.getAllResponseHeaders.call(this.#sent.xhr).trim().split('\r\n').filter(Boolean)
    return Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    )
  }
}

/** The text of a body that has arrived, whatever its `responseType`. */
async function textOf(xhr: XMLHttpRequest): Promise<string> {
  const { responseType, response } = xhr
  if (responseType === 'json') return JSON.stringify(response)
  return new Response(response as Blob | ArrayBuffer | string).text()
}

const stop = uncurried(Event.prototype.stopImmediatePropagation)

function copyOf(event: Event): Event {
  if (event.type === 'readystatechange') return new Event(event.type)
  const { lengthComputable, loaded, total } = event as ProgressEvent
  return new ProgressEvent(event.type, { lengthComputable, loaded, total })
}
