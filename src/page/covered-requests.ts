import { Matcher } from '../engine/matcher.ts'
import { wait, within } from '../io/deadline.ts'
import type { CallName, Calls, SessionView } from '../protocol.ts'
import type { PageAnswers } from './answer-questions.ts'
import { type Ask, askWorker } from './ask.ts'
import {
  type Connection,
  connect,
  connectToWorker,
  coverInstead,
  type PageToCover,
  sendBesideWorker,
} from './connection.ts'
import { Control } from './control.ts'
import type { DirectLane } from './direct/lane.ts'
import { tracker } from './intercept/tracker.ts'
import { interceptBeacon } from './intercept/beacon.ts'
import { interceptEventSource } from './intercept/event-source.ts'
import { interceptFetchLater } from './intercept/fetch-later.ts'
import { interceptWebSocketStream } from './intercept/web-socket-stream.ts'
import { interceptWebSocket } from './intercept/web-socket.ts'
import { interceptFetch } from './intercept/fetch.ts'
import { Gate, LIMIT_MS } from './intercept/gate.ts'
import type { Interception } from './intercept/interception.ts'
import { nativeFetch } from './intercept/natives.ts'
import { interceptPictures } from './intercept/pictures.ts'
import { takePreloads } from './intercept/preload.ts'
import { tellWorkersTheAccount } from './intercept/worker-account.ts'
import { interceptWorkers } from './intercept/worker.ts'
import { interceptXhr } from './intercept/xhr.ts'
import { LoadedRoutes } from './loaded-routes.ts'
import { readMatcher } from './match-rules.ts'
import { loadPagePart } from './parts.ts'
import { isWorker, serviceWorkers } from './realm.ts'
import type { Places } from './registration.ts'
import type { SessionViews } from './session-views.ts'
import { understood } from './stale.ts'
import { SynchronousHeaders } from './synchronous-headers.ts'
import { silentWorker } from './whose-worker.ts'
import { watchForOthers } from './whose-worker-comes.ts'

/** ms in which a lost worker has to be back; the page covers itself after that. */
const BACK_MS = 3_000
/** ms until the next try where neither a worker nor the page can cover it. */
const RETRY_MS = 5_000
/** ms between two looks at a silent worker, at most: each is twice as late as the one before. */
const LONGEST_PAUSE_MS = 600_000

/** What a page keeps for the connection that covers it. */
export interface PageState {
  readonly views: SessionViews
  readonly answers: PageAnswers
  readonly direct: DirectLane
}

/** The intercepted functions of this page, and the connection that they use. */
export class CoveredRequests {
  readonly ask: Ask
  readonly page: PageToCover
  /** Whether a worker of ours controlled this page from its beginning. */
  readonly wasControlled: boolean
  connection: Connection | undefined
  /** Called with each new connection. */
  onConnected: (connection: Connection) => void = () => {}
  readonly #places: Places
  readonly #control: Control
  readonly #gate: Gate
  readonly #interception: Interception
  readonly #synchronousHeaders: SynchronousHeaders
  readonly #views: SessionViews
  readonly #onKnown: (matcher: Matcher) => void
  #isReleased = false
  #recovering: Promise<void> | undefined

  constructor(places: Places, { views, answers, direct }: PageState) {
    this.#places = places
    this.#control = new Control(places)
    this.wasControlled = this.#control.isHeld
    this.page = { places, answers, routes: new LoadedRoutes(places, this.wasControlled) }
    this.#gate = new Gate(() => this.#isCovered())
    this.ask = (name, call) => this.#ask(name, call)
    direct.ask = this.ask
    this.#synchronousHeaders = new SynchronousHeaders(this.ask, views)
    let onKnown!: (matcher: Matcher) => void
    const known = new Promise<Matcher>((resolve) => (onKnown = resolve))
    /** What the configuration lists, as far as this page has read it itself. */
    let early: Matcher | undefined
    this.#onKnown = onKnown
    setTimeout(() => onKnown(new Matcher([], location.origin)), LIMIT_MS)
    const interception: Interception = {
      gate: this.#gate,
      matcher: undefined,
      known,
      isLeft: () => this.#isReleased && !this.connection,
      mustNotLeave: ({ method, url }) =>
        !this.connection &&
        !this.wasControlled &&
        early?.match({ method, url, mode: 'cors', destination: '' }, () => null)?.capture !== undefined,
      ask: this.ask,
      direct,
      track: tracker((call) => void this.ask('abort', call).catch(() => {})),
      mayTrack: (url) => this.#isTracking() && this.#isActive(interception.matcher?.sessionOf(url)),
      loadPagePart: () => loadPagePart(places),
      synchronousHeaders: (...asked) => {
        const known = this.#synchronousHeaders.of(...asked)
        // Where what gave the headers is gone, the store may have gone with it.
        return this.#isCovered() ? known : undefined
      },
      followHeaders: (followed) => this.#synchronousHeaders.follow(followed),
    }
    this.#interception = interception
    this.#views = views
    interceptFetch(interception)
    interceptXhr(interception)
    interceptBeacon(interception)
    interceptEventSource(interception)
    interceptFetchLater(interception)
    interceptWebSocket(interception)
    interceptWebSocketStream(interception)
    tellWorkersTheAccount()
    if (this.wasControlled) this.#gate.open(undefined)
    else {
      void readMatcher(places.config, nativeFetch).then((matcher) => {
        early = matcher
        onKnown(matcher)
      })
      if (!isWorker) takePreloads(interception)
      if (serviceWorkers()) {
        interceptPictures(interception)
        interceptWorkers(this.#gate)
      }
    }
    serviceWorkers()?.addEventListener('controllerchange', () => void this.#onControllerChange().catch(() => {}))
  }

  /** Requests are authorized by this connection from now on. */
  connect(connection: Connection): void {
    const { rules } = connection.hello
    this.connection = connection
    // Another one may have taken over meanwhile; one of another name is verified at the next use.
    if (connection.by === 'worker' && this.#control.isByName()) this.#control.trust()
    this.#interception.matcher = new Matcher(rules, location.origin)
    this.#synchronousHeaders.allow(rules)
    this.#interception.direct.know(connection)
    this.#onKnown(this.#interception.matcher)
    if (connection.by === 'worker') void this.#openOnceWatched(connection)
    else this.#gate.open(connection.sendHere)
    this.onConnected(connection)
    if (connection.problem && this.#control.isByName()) void this.#awaitReturn().catch(() => {})
  }

  /** Counts them, so that one that was overtaken changes nothing. */
  #precautions = 0
  #isPreparing = false

  /** A worker under another name may be on its way already: requests wait until this page would know of it. */
  async #openOnceWatched(connection: Connection): Promise<void> {
    await within(BACK_MS, this.#watchForOthers()).catch(() => {})
    if (this.connection === connection && !this.#isPreparing && this.#isCovered()) this.#gate.open(connection.sendHere)
  }

  /** A worker under another name is being installed: this page authorizes its requests itself before that one sees them. */
  #watchForOthers(): Promise<void> {
    const prepare = async (): Promise<void> => {
      const { connection } = this
      if (connection?.by !== 'worker' || !this.#control.isHeld) return
      const number = ++this.#precautions
      this.#isPreparing = true
      this.#gate.close()
      const sendHere = await within(BACK_MS, sendBesideWorker(this.page)).catch(() => undefined)
      if (number !== this.#precautions) return
      this.#isPreparing = false
      if (this.connection?.by === 'worker' && (sendHere || this.#isCovered()))
        this.#gate.open(sendHere ?? this.connection.sendHere)
    }
    const restore = (): void => {
      this.#overtakePrecautions()
      if (this.connection?.by === 'worker' && this.#control.isHeld) this.#gate.open(this.connection.sendHere)
    }
    return watchForOthers(this.#places, { prepare: () => void prepare(), restore })
  }

  #overtakePrecautions(): void {
    this.#precautions++
    this.#isPreparing = false
  }

  /** No connection can be made: requests leave as the page made them. */
  release(): void {
    this.#isReleased = true
    this.#gate.open(undefined)
  }

  /** A worker that controls this page from its beginning can be asked before it has said hello. */
  async #ask<Name extends CallName>(name: Name, call: Calls[Name]['call']): Promise<Calls[Name]['reply']> {
    if (!this.#isCovered()) await this.#recovering
    const { connection } = this
    if (!connection) return askWorker(this.#control.worker ?? (await navigator.serviceWorker.ready).active!, name, call)
    try {
      return await connection.ask(name, call)
    } catch (error) {
      if (connection.by === 'page' || (error as { code?: unknown }).code !== 'worker-unavailable') throw error
      // The same one still controls this page, and was silent: it need not be asked again whether it is there.
      if (this.connection!.by === 'worker') await this.#recover(this.#control.isHeld)
      return this.connection!.ask(name, call)
    }
  }

  /** Whether a worker of ours controls this page at this moment, whose static routes bring it everything that is listed. */
  #isTracking(): boolean {
    const { by, hello } = this.connection ?? {}
    return by === 'worker' && hello?.revision === undefined && this.#control.isHeld
  }

  /** Whether somebody is signed in, as far as this page knows. */
  #isActive(session: string | undefined): boolean {
    const isIt = ({ name }: SessionView) => name === session
    const view = this.#views.get(session) ?? this.connection?.hello.sessions.find(isIt)
    return session !== undefined && view?.state === 'active'
  }

  /** Whether what authorizes the requests is still there. If not, they wait until it is again. */
  #isCovered(): boolean {
    const { by } = this.connection ?? { by: this.wasControlled ? 'worker' : undefined }
    if (by !== 'worker' || this.#isReleased || this.#control.isHeld) return true
    if (!this.connection) this.#gate.close()
    else void this.#recover()
    return false
  }

  async #onControllerChange(): Promise<void> {
    const { connection } = this
    this.#overtakePrecautions()
    if (!connection) {
      // The beginning: whoever connects looks for itself.
      if (this.#control.isByName()) this.#control.trust()
      else this.#isCovered()
    } else if (connection.by === 'worker') {
      // A program of our name that is silent is the kill switch of the site: it is left alone until something is to be covered.
      if (this.#control.isByName()) await this.#verifyNamesake()
      else this.#isCovered()
    } else if (!(await this.#takeBack())) await this.#awaitReturn()
  }

  /** Connects to the worker in control again, if it is ours. Resolves with whether it is, and has answered in time. */
  async #takeBack(): Promise<boolean> {
    try {
      if (!(await this.#control.verify())) return false
      const hello = understood(await askWorker(this.#control.worker!, 'hello', {}))
      this.connect(await connectToWorker(this.page, hello))
      return true
    } catch {
      return false
    }
  }

  /** A worker of our name that was silent may only have been busy: it takes over once it answers. */
  async #awaitReturn(): Promise<void> {
    for (let pause = RETRY_MS; pause < LONGEST_PAUSE_MS; pause *= 2) {
      await wait(pause)
      const isGone = this.connection?.by !== 'page' || !this.#control.isByName()
      if (isGone || (await this.#takeBack())) return
    }
  }

  async #verifyNamesake(): Promise<void> {
    this.#gate.close()
    if ((await this.#control.verify()) || !this.#gate.isAwaited) this.#gate.open(this.connection!.sendHere)
    else await this.#recover(true)
  }

  /** Connects again, and holds the requests until then. */
  #recover(isSilent = false): Promise<void> {
    this.#gate.close()
    this.#recovering ??= this.#connectAnew(isSilent).finally(() => (this.#recovering = undefined))
    return this.#recovering
  }

  async #connectAnew(isSilent: boolean): Promise<void> {
    for (;;) {
      try {
        const { worker } = this.#control
        // A newer worker of ours needs no new connection.
        if (!isSilent && (await this.#control.verify())) return this.#gate.open(this.connection!.sendHere)
        // The one that is there is not ours, or dead: it must not be asked again.
        return this.connect(
          await (worker ? coverInstead(this.page, silentWorker(worker, this.#places)) : connect(this.page, BACK_MS)),
        )
      } catch (error) {
        console.error(error)
        await wait(RETRY_MS)
      }
    }
  }
}
