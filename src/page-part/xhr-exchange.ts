import type { CallName, Calls, PageRequest, PageStep, ReceivedAnswer, Ticket } from '../protocol.ts'
import { copyForPage, make, page, read } from './page-realm.ts'
import { readXhrText } from './xhr-answer.ts'
import type { XhrSending } from './xhr-sending.ts'

type Taken = Exclude<PageStep, { kind: 'elsewhere' }>

/** Asks whoever decides: a worker, or the engine in this realm. */
export type AskExchange = <Name extends CallName>(
  name: Name,
  call: Calls[Name]['call'],
) => Promise<Calls[Name]['reply']>

/** No request to it can succeed. https://w3c.github.io/FileAPI/#url */
const NOWHERE = 'blob:null/nowhere'
/** ms for which the events of an answer are held. */
const LONGEST_HOLD_MS = 2_000
/** One JSON text; no sequence and no lines of them. @see https://www.rfc-editor.org/rfc/rfc6839#section-3.1 */
const JSON_TYPE = /^\s*application\/(?!stream\+)([^\s;]+\+)?json\s*(;|$)/i

const { apply } = Reflect

/** Sends an XMLHttpRequest by the one exchange. Returns whether the exchange has taken it. */
export async function exchangeXhr(sending: XhrSending, ask: AskExchange): Promise<boolean> {
  const { entry, bytes, worker } = sending
  const request: PageRequest = {
    url: entry.url,
    method: entry.method,
    mode: 'cors',
    destination: '',
    headers: Object.fromEntries(entry.headers.map(([name, value]) => [name.toLowerCase(), value])),
    bytes,
    seenByWorker: worker !== undefined,
  }
  const step = await ask('beginExchange', { request }).catch((): PageStep => ({ kind: 'elsewhere' }))
  if (step.kind === 'elsewhere') return false
  if (!entry.over) new XhrExchange(sending, ask, request).take(step)
  return true
}

/** The attempts of one XMLHttpRequest, of which the page sees one. */
class XhrExchange {
  readonly #sending: XhrSending
  readonly #ask: AskExchange
  readonly #request: PageRequest
  /** Events of an answer that the page must not see before it is decided what to do with it. */
  #held: Event[] | undefined
  /** Events of the upload that the page has seen: it does not see them twice. */
  readonly #seen = new Set<string>()
  #uploaded = -1
  #isReplay = false
  readonly #properties: Pick<XMLHttpRequest, 'withCredentials' | 'timeout'>

  constructor(sending: XhrSending, ask: AskExchange, request: PageRequest) {
    const { xhr } = sending
    const withCredentials = read(XMLHttpRequest, 'withCredentials', xhr)
    const timeout = read(XMLHttpRequest, 'timeout', xhr)
    this.#sending = sending
    this.#ask = ask
    this.#request = request
    this.#properties = { withCredentials, timeout }
  }

  take(step: Taken): void {
    const { xhr, entry, send } = this.#sending
    const setHeaders = (headers: XhrSending['entry']['headers']) => {
      for (const [name, value] of headers) apply(page.setRequestHeader, xhr, [name, value])
    }
    switch (step.kind) {
      case 'fail':
        // The browser's own network error, with all its events.
        apply(page.open, xhr, [entry.args[0], NOWHERE, true])
        entry.guard = ignore
        this.#end(step.ticket)
        return send()
      case 'give':
        return this.#give(step)
      case 'send':
      case 'send-as-is': {
        const added = step.kind === 'send' ? Object.entries(step.headers) : []
        const isReplaced = (name: string) => added.some(([own]) => own.toLowerCase() === name.toLowerCase())
        // A header can be added to, but not replaced: what the page has set is set anew without it.
        if (this.#isReplay || entry.headers.some(([name]) => isReplaced(name))) {
          apply(page.open, xhr, entry.args)
          for (const [name, value] of Object.entries(this.#properties))
            Reflect.set(XMLHttpRequest.prototype, name, value, xhr)
          setHeaders(entry.headers.filter(([name]) => !isReplaced(name)))
        }
        setHeaders(added)
        this.#held = undefined
        entry.guard = (event) => this.#look(event, step)
        return send()
      }
    }
  }

  #look(event: Event, step: Taken): void {
    const { xhr } = this.#sending
    const type = typeOf(event)
    if (read(Event, 'target', event) !== xhr) return this.#lookAtUpload(event)
    if (this.#isReplay && type === 'loadstart') return stop(event)
    if (!this.#held && !this.#isAnswerShown(step)) {
      if (type === 'loadend') this.#end(step.ticket, this.#answer())
      return
    }
    stop(event)
    if (!this.#held) setTimeout(() => this.#release(step, this.#held), LONGEST_HOLD_MS)
    this.#held ??= []
    this.#held.push(event)
    if (type === 'loadend') void this.#decide(step)
  }

  #isAnswerShown(step: Taken): boolean {
    const { xhr } = this.#sending
    const status = statusOf(xhr)
    return (
      read(XMLHttpRequest, 'readyState', xhr) >= 2 &&
      status !== 0 &&
      isShown(status, headerOf(xhr, 'content-type'), step)
    )
  }

  /** The answer takes too long to be a refusal: the page sees it as it comes. */
  #release(step: Taken, held: readonly Event[] | undefined): void {
    const { xhr, entry } = this.#sending
    if (entry.over || held !== this.#held || held?.some((event) => typeOf(event) === 'loadend')) return
    this.#held = undefined
    entry.guard = (event) => {
      if (typeOf(event) === 'loadend' && read(Event, 'target', event) === xhr) this.#end(step.ticket, this.#answer())
    }
    for (const event of held ?? []) dispatch(xhr, copyOf(event))
  }

  /** What the page has seen of the upload of the first attempt, it does not see again. */
  #lookAtUpload(event: Event): void {
    const type = typeOf(event)
    const loaded = read(ProgressEvent, 'loaded', event as ProgressEvent)
    const isKnown = type === 'progress' ? loaded <= this.#uploaded : this.#seen.has(type)
    if (this.#isReplay && isKnown) stop(event)
    this.#seen.add(type)
    this.#uploaded = Math.max(this.#uploaded, loaded)
  }

  async #decide(step: Taken): Promise<void> {
    const { xhr, entry } = this.#sending
    const { ticket, reads } = step
    // An answer that broke off is none: the page sees what the browser says of it.
    const isWhole = this.#held?.some((event) => typeOf(event) === 'load') === true
    const answer: ReceivedAnswer = {
      status: statusOf(xhr),
      headers: this.#headers(),
      body: reads === 'nothing' || !isWhole ? undefined : await readXhrText(xhr),
    }
    const unchanged: Taken = { ...step, kind: 'give' }
    const next = isWhole
      ? await this.#ask('continueExchange', { ticket, answer, bytes: this.#request.bytes }).catch(() => unchanged)
      : unchanged
    if (entry.over) return void (entry.guard = ignore)
    this.#isReplay = true
    this.take(next.kind === 'elsewhere' ? unchanged : next)
  }

  /** The page sees the answer: all events that were held, in their order. */
  #give({ ticket }: Taken): void {
    const { xhr, entry } = this.#sending
    entry.guard = ignore
    this.#end(ticket, this.#answer())
    for (const event of this.#held ?? []) dispatch(xhr, copyOf(event))
  }

  /** What arrived, without its body; undefined for a network error. */
  #answer(): ReceivedAnswer | undefined {
    const status = statusOf(this.#sending.xhr)
    return status === 0 ? undefined : { status, headers: this.#headers() }
  }

  #end(ticket: Ticket, answer?: ReceivedAnswer): void {
    void this.#ask('endExchange', { ticket, answer }).catch(() => {})
  }

  #headers(): Record<string, string> {
    const lines = apply(page.getAllResponseHeaders, this.#sending.xhr, []).trim().split('\r\n').filter(Boolean)
    return Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    )
  }
}

const typeOf = (event: Event): string => read(Event, 'type', event)

const statusOf = (xhr: XMLHttpRequest): number => read(XMLHttpRequest, 'status', xhr)

const stop = (event: Event): void => apply(Event.prototype.stopImmediatePropagation, event, [])

const dispatch = (xhr: XMLHttpRequest, event: Event): boolean =>
  apply(EventTarget.prototype.dispatchEvent, xhr, [event])

const headerOf = (xhr: XMLHttpRequest, name: string): string | null => apply(page.getResponseHeader, xhr, [name])

/** Whether the exchange has to see an answer. A success that is no JSON is no refusal. */
function isShown(status: number, contentType: string | null, { statuses }: Taken): boolean {
  return statuses.includes(status) && (status > 299 || JSON_TYPE.test(contentType ?? ''))
}

function copyOf(event: Event): Event {
  const type = typeOf(event)
  if (type === 'readystatechange') return make('Event', type)
  const of = (name: 'loaded' | 'total') => read(ProgressEvent, name, event as ProgressEvent)
  const lengthComputable = read(ProgressEvent, 'lengthComputable', event as ProgressEvent)
  return make('ProgressEvent', type, copyForPage({ lengthComputable, loaded: of('loaded'), total: of('total') }))
}

const ignore = (): void => {}
