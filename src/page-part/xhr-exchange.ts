import { isJsonType } from '../policy/json-type.ts'
import type { Calls, PageRequest, PageStep, ReceivedAnswer, Ticket } from '../protocol.ts'
import { giveNoDocument, hideAnswer, readXhrText, replaceAnswer, restoreAnswer } from './xhr-answer.ts'
import type { XhrNatives } from './xhr-natives.ts'

/** An XMLHttpRequest after `open()`, and the browser's own functions to work on it. */
export interface XhrSending {
  readonly xhr: XMLHttpRequest
  readonly args: Parameters<typeof XMLHttpRequest.prototype.open>
  readonly request: PageRequest
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Those of them that the browser does not have yet. `send` gives it what is left here. */
  readonly unset: (readonly [name: string, value: string])[]
  /** Ends a request that was never sent; undefined where the browser can end it. */
  readonly failUnsent: (() => void) | undefined
  readonly natives: XhrNatives
  /** The headers to send with, which no promise brings. */
  readonly headersOf: (step: Taken) => Readonly<Record<string, string>>
  readonly send: () => void
  /** Calls the function with each event of the request and of its upload, before the page's own listeners. */
  readonly guard: (look: (event: Event) => void) => void
  /** Sets what to call when the page opens the object again. */
  readonly onReopened: (restore: () => void) => void
  /** Whether the page gave it up meanwhile. */
  readonly isOver: () => boolean
  /** Whether its answer is read for tokens: without anybody who does, it is a network error. */
  readonly isCapture: boolean
  readonly ask: <Name extends 'beginExchange' | 'continueExchange' | 'endExchange'>(
    name: Name,
    call: Calls[Name]['call'],
  ) => Promise<Calls[Name]['reply']>
}

type Taken = Exclude<PageStep, { kind: 'elsewhere' }>

/** No request to it can succeed. https://w3c.github.io/FileAPI/#url */
const NOWHERE = 'blob:null/nowhere'
/** ms for which the events of an answer are held. */
const LONGEST_HOLD_MS = 2_000
/** @see https://xhr.spec.whatwg.org/#dom-xmlhttprequest-done */
const DONE = 4

/** Sends an XMLHttpRequest by the one exchange, from the page. */
export async function exchangeXhr(sending: XhrSending): Promise<void> {
  const step = await sending.ask('beginExchange', { request: sending.request }).catch(() => undefined)
  if (sending.isOver()) return
  const exchange = new XhrExchange(sending)
  if (!step && sending.isCapture) return exchange.fail()
  if (!step || step.kind === 'elsewhere') return sending.send()
  exchange.take(step)
}

/** The attempts of one XMLHttpRequest, of which the page sees one. */
class XhrExchange {
  readonly #sending: XhrSending
  /** Events of an answer that the page must not see before it is decided what to do with it. */
  #held: Event[] | undefined
  /** Events of the upload that the page has seen: it does not see them twice. */
  readonly #seen = new Set<string>()
  #uploaded = -1
  #isReplay = false
  /** The page asked for a document, and the answer is read as text: it may hold tokens. */
  #isDocument = false
  readonly #properties: Pick<XMLHttpRequest, 'withCredentials' | 'timeout'>

  constructor(sending: XhrSending) {
    const { withCredentials, timeout } = sending.xhr
    this.#sending = sending
    this.#properties = { withCredentials, timeout }
  }

  take(step: Taken): void {
    const { xhr, args, natives, headers, guard, send } = this.#sending
    switch (step.kind) {
      case 'fail':
        this.#end(step.ticket)
        return this.fail()
      case 'give':
        return this.#give(step)
      case 'send':
      case 'send-as-is': {
        const added = step.kind === 'send' ? this.#sending.headersOf(step) : {}
        const names = Object.keys(added)
        const isReplaced = (name: string) => names.some((own) => own.toLowerCase() === name.toLowerCase())
        const { unset } = this.#sending
        const isSet = (header: (typeof headers)[number]) => !unset.includes(header)
        // A header can be added to, but not replaced: what the page has set is set again without it.
        if (this.#isReplay || headers.some((header) => isReplaced(header[0]) && isSet(header))) {
          natives.open(xhr, ...args)
          Object.assign(xhr, this.#properties)
          for (const [name, value] of headers) if (!isReplaced(name)) natives.setRequestHeader(xhr, name, value)
        }
        unset.splice(0, unset.length, ...unset.filter(([name]) => !isReplaced(name)))
        for (const name of names) natives.setRequestHeader(xhr, name, added[name]!)
        if (step.reads === 'everything') this.#hide()
        this.#held = undefined
        guard((event) => this.#look(event, step))
        return send()
      }
    }
  }

  /** The browser's own network error, with all its events. */
  fail(): void {
    const { xhr, args, natives, guard, send, failUnsent } = this.#sending
    if (failUnsent && !this.#isReplay) return failUnsent()
    natives.open(xhr, args[0], NOWHERE, true)
    restoreAnswer(xhr)
    guard(ignore)
    send()
  }

  /** The page sees nothing of an answer that may hold tokens, before it is given. */
  #hide(): void {
    const { xhr, onReopened } = this.#sending
    if (xhr.responseType === 'document') {
      xhr.responseType = 'text'
      this.#isDocument = true
    }
    hideAnswer(xhr)
    onReopened(() => this.#restore())
  }

  #restore(): void {
    const { xhr } = this.#sending
    restoreAnswer(xhr)
    if (this.#isDocument) xhr.responseType = 'document'
  }

  #look(event: Event, step: Taken): void {
    const { xhr } = this.#sending
    if (event.target !== xhr) return this.#lookAtUpload(event)
    if (this.#isReplay && event.type === 'loadstart') return event.stopImmediatePropagation()
    if (!this.#held && !this.#isAnswerShown(step)) {
      if (xhr.status === 0 && xhr.readyState === DONE) restoreAnswer(xhr)
      if (event.type === 'loadend') this.#end(step.ticket, this.#answer())
      return
    }
    event.stopImmediatePropagation()
    this.#held ??= this.#hold(step)
    this.#held.push(event)
    if (event.type === 'loadend') void this.#decide(step)
  }

  #isAnswerShown(step: Taken): boolean {
    const { xhr, natives } = this.#sending
    if (xhr.readyState < 2 || xhr.status === 0) return false
    return isShown(xhr.status, natives.getResponseHeader(xhr, 'content-type'), step)
  }

  #hold(step: Taken): Event[] {
    const held: Event[] = []
    if (step.reads !== 'everything') setTimeout(() => this.#release(step, held), LONGEST_HOLD_MS)
    return held
  }

  /** The answer takes too long to be a refusal: the page sees it as it comes. Another attempt may be under way by now. */
  #release(step: Taken, held: readonly Event[]): void {
    const { xhr, guard, isOver } = this.#sending
    if (isOver() || held !== this.#held || held.some(({ type }) => type === 'loadend')) return
    this.#held = undefined
    guard(({ type, target }) => {
      if (type === 'loadend' && target === xhr) this.#end(step.ticket, this.#answer())
    })
    for (const event of held) xhr.dispatchEvent(copyOf(event))
  }

  /** What the page has seen of the upload of the first attempt, it does not see again. */
  #lookAtUpload(event: Event): void {
    const { type, loaded } = event as ProgressEvent
    const isKnown = type === 'progress' ? loaded <= this.#uploaded : this.#seen.has(type)
    if (this.#isReplay && isKnown) event.stopImmediatePropagation()
    this.#seen.add(type)
    this.#uploaded = Math.max(this.#uploaded, loaded)
  }

  async #decide(step: Taken): Promise<void> {
    const { xhr, request, natives, ask, isOver, guard } = this.#sending
    const { ticket, reads } = step
    // An answer that broke off is none: the page sees what the browser says of it.
    const isWhole = this.#held?.some(({ type }) => type === 'load') === true
    const answer: ReceivedAnswer = {
      status: xhr.status,
      headers: this.#headers(),
      body: reads === 'nothing' || !isWhole ? undefined : await readXhrText(xhr, natives),
    }
    // What was to be read for tokens, and was not, is not given.
    const unchanged: Taken = { ...step, kind: isWhole && reads === 'everything' ? 'fail' : 'give' }
    const next = isWhole
      ? await ask('continueExchange', { ticket, answer, bytes: request.bytes }).catch(() => unchanged)
      : unchanged
    if (isOver()) return guard(ignore)
    this.#isReplay = true
    this.take(next.kind === 'elsewhere' ? unchanged : next)
  }

  /** The page sees the answer: all events that were held, in their order. */
  #give(step: Taken): void {
    const { xhr, natives, guard, onReopened, request } = this.#sending
    guard(ignore)
    restoreAnswer(xhr)
    if (step.body !== undefined || step.hiddenHeaders?.length || this.#isDocument) {
      const [url = ''] = request.url.split('#')
      replaceAnswer(xhr, natives, { url, text: step.body, hidden: step.hiddenHeaders ?? [] })
      if (this.#isDocument) giveNoDocument(xhr)
      onReopened(() => this.#restore())
    }
    this.#end(step.ticket, this.#answer())
    for (const event of this.#held ?? []) xhr.dispatchEvent(copyOf(event))
  }

  /** What arrived, without its body; undefined for a network error. */
  #answer(): ReceivedAnswer | undefined {
    const { status } = this.#sending.xhr
    return status === 0 ? undefined : { status, headers: this.#headers() }
  }

  #end(ticket: Ticket, answer?: ReceivedAnswer): void {
    void this.#sending.ask('endExchange', { ticket, answer }).catch(() => {})
  }

  #headers(): Record<string, string> {
    const { xhr, natives } = this.#sending
    const lines = natives.getAllResponseHeaders(xhr).trim().split('\r\n').filter(Boolean)
    return Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    )
  }
}

/** Whether the exchange has to see an answer. A success that is no JSON is no refusal. */
function isShown(status: number, contentType: string | null, { statuses, reads }: Taken): boolean {
  if (reads === 'everything') return true
  return statuses.includes(status) && (status > 299 || isJsonType(contentType ?? null))
}

function copyOf(event: Event): Event {
  if (event.type === 'readystatechange') return new Event(event.type)
  const { lengthComputable, loaded, total } = event as ProgressEvent
  return new ProgressEvent(event.type, { lengthComputable, loaded, total })
}

const ignore = (): void => {}
