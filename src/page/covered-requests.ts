import { Matcher } from '../engine/matcher.ts'
import type { CallName, Calls } from '../protocol.ts'
import { version } from '../version.ts'
import { type Ask, askWorker } from './ask.ts'
import type { Connection } from './connection.ts'
import { tracker } from './intercept/abort-marks.ts'
import { interceptBeacon } from './intercept/beacon.ts'
import { interceptEventSource } from './intercept/event-source.ts'
import { interceptFetch } from './intercept/fetch.ts'
import { Gate, LIMIT_MS } from './intercept/gate.ts'
import type { Interception } from './intercept/interception.ts'
import { nativeFetch } from './intercept/natives.ts'
import { interceptPictures } from './intercept/pictures.ts'
import { interceptWorker } from './intercept/worker.ts'
import { interceptXhr } from './intercept/xhr.ts'
import { readMatcher } from './match-rules.ts'
import { loadPagePart } from './parts.ts'
import { isOurs, type Places } from './registration.ts'
import type { SessionViews } from './session-views.ts'
import { SynchronousHeaders } from './synchronous-headers.ts'

/** The intercepted functions of this page, and the connection that they use. */
export class CoveredRequests {
  readonly ask: Ask
  /** Whether a worker of ours controlled this page from its beginning. */
  readonly wasControlled: boolean
  connection: Connection | undefined
  readonly #gate = new Gate()
  readonly #interception: Interception
  readonly #synchronousHeaders: SynchronousHeaders
  readonly #onKnown: (matcher: Matcher) => void

  constructor(places: Places, views: SessionViews) {
    this.wasControlled = isOurs(navigator.serviceWorker?.controller, places)
    // A worker that controls this page from its beginning can be asked before it has said hello.
    this.ask = async <Name extends CallName>(name: Name, call: Calls[Name]['call']) =>
      this.connection ? this.connection.ask(name, call) : askWorker(await navigator.serviceWorker.ready, name, call)
    this.#synchronousHeaders = new SynchronousHeaders(this.ask, views)
    let onKnown!: (matcher: Matcher) => void
    const known = new Promise<Matcher>((resolve) => (onKnown = resolve))
    this.#onKnown = onKnown
    setTimeout(() => onKnown(new Matcher([], location.origin)), LIMIT_MS)
    const interception: Interception = {
      gate: this.#gate,
      matcher: undefined,
      known,
      ask: this.ask,
      track: tracker((mark) => void this.ask('abort', { mark }).catch(() => {})),
      mayMark: (url) =>
        this.#hasSameWorker() && views.get(interception.matcher?.sessionOf(url) ?? '')?.state === 'active',
      loadPagePart: () => loadPagePart(places),
      synchronousHeaders: (session) => this.#synchronousHeaders.of(session),
    }
    this.#interception = interception
    interceptFetch(interception)
    interceptXhr(interception)
    interceptBeacon(interception)
    interceptEventSource(interception)
    if (this.wasControlled) this.#gate.open(undefined)
    else {
      interceptPictures(interception)
      if (navigator.serviceWorker) interceptWorker(this.#gate)
      void readMatcher(places.config, nativeFetch).then(onKnown)
    }
  }

  /** Requests are authorized by this connection from now on. */
  connect(connection: Connection): void {
    const { rules } = connection.hello
    this.connection = connection
    this.#interception.matcher = new Matcher(rules, location.origin)
    this.#synchronousHeaders.allow(rules)
    this.#onKnown(this.#interception.matcher)
    this.#gate.open(connection.sendHere)
  }

  /** No connection can be made: requests leave as the page made them. */
  release(): void {
    this.#gate.open(undefined)
  }

  /** Whether a worker of this version answers, whose static routes bring it everything that is listed. */
  #hasSameWorker(): boolean {
    const { by, hello } = this.connection ?? {}
    return by === 'worker' && hello?.version === version && hello.revision === undefined
  }
}
