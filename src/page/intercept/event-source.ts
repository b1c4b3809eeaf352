import type { DirectLane } from '../direct/lane.ts'
import { coveredFetch } from './fetch.ts'
import { type Interception, isListed } from './interception.ts'
import { baseUrl } from '../own-origin.ts'
import { serviceWorkers } from '../realm.ts'
import { addHandlers, relay } from './imitation.ts'
import { nativeFetch, natives } from './natives.ts'

/** A page in the middle of a stream must not lose its worker: Firefox counts only events. */
const WAKE_MS = 10_000

const { addEventListener } = globalThis.EventTarget.prototype

/** Streams that the page reads by `fetch`. */
const readHere = new WeakSet<EventSource>()

/**
 * `EventSource` waits at the gate. Behind a worker, Chromium forgets `Last-Event-ID` at a reconnect; the page saw the last
 * id, and tells it. Firefox cuts a response 30 s after the worker's last event; the page keeps the worker awake.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function interceptEventSource(interception: Interception): void {
  const Native = natives.EventSource
  let count = 0

  Native.prototype.constructor = globalThis.EventSource = new Proxy(Native, {
    construct(target, args: ConstructorParameters<typeof EventSource>, newTarget: typeof EventSource) {
      const { href } = new URL(args[0], baseUrl())
      const { gate, matcher, direct } = interception
      const { isOpen, sendHere } = gate
      if (isOpen && matcher && matcher.sessionOf(href) === undefined)
        return Reflect.construct(target, args, newTarget) as EventSource
      const isDirect = isStreamedDirectly(direct, href)
      const isBegun = isOpen && !sendHere && !isDirect
      const source = isBegun
        ? (Reflect.construct(target, args, newTarget) as EventSource)
        : held(interception, href, args, newTarget)
      if (!sendHere && !isDirect) watch(source, ++count, isBegun, interception)
      return source
    },
  })
}

/** Notes the id of each event that the page may see. Returns the last one. */
function noteIds(source: EventSource): () => string {
  let lastEventId = ''
  const note = (event: Event) => void (lastEventId = (event as MessageEvent).lastEventId ?? lastEventId)
  // The same listener is added only once. https://dom.spec.whatwg.org/#add-an-event-listener
  const see = (type: string) => addEventListener.call(source, type, note)
  see('message')
  // Those of one that is held are not the browser's.
  const { addEventListener: listen } = source
  source.addEventListener = (type: string, ...rest: [never, never?]) => {
    see(type)
    listen.call(source, type, ...rest)
  }
  return () => lastEventId
}

/**
 * Keeps an `EventSource` of the browser going: its worker stays awake, and may be lost. `number` names it in this page; it `isBegun`
 * unless it waits at the gate.
 */
function watch(source: EventSource, number: number, isBegun: boolean, interception: Interception): void {
  const Native = natives.EventSource
  const lastEventId = noteIds(source)
  const { close } = source
  const awake = setInterval(() => {
    if (source.readyState !== Native.CLOSED) return void interception.ask('wake', { online: false }).catch(() => {})
    clearInterval(awake)
    container?.removeEventListener('controllerchange', onControllerChange)
  }, WAKE_MS)
  const tell = (id?: string) =>
    source.readyState === Native.CONNECTING &&
    lastEventId() &&
    void interception.ask('lastEventId', { url: source.url, source: number, id }).catch(() => {})
  let isOver = false
  let isContinued = false
  /** The browser opens its first connection. WebKit may lose that with the worker, and tells no error. */
  let isFirst = isBegun
  /** Its connection has ended, and the browser has not opened the next one yet. */
  let isReconnecting = false
  let isOpen = false
  const show = (readyState: () => number) =>
    Object.defineProperty(source, 'readyState', { get: readyState, configurable: true })
  const isCoveredByWorker = () => interception.gate.isOpen && !interception.gate.sendHere
  const continueHere = async (): Promise<void> => {
    if (isContinued || readHere.has(source)) return
    isContinued = true
    // At once: the worker was lost, and the browser would connect again without a token.
    close.call(source)
    show(() => (isOver ? Native.CLOSED : Native.CONNECTING))
    const part = await interception.loadPagePart().catch(() => undefined)
    if (isOver) return
    if (part) return part.continueEventSource(source, lastEventId())
    isOver = true
    source.dispatchEvent(new Event('error'))
  }
  addEventListener.call(source, 'error', () => {
    // Firefox closes a stream whose worker is gone. Without one it would connect it again.
    const isCut = isOpen && !isOver && source.readyState === Native.CLOSED
    isOpen = isFirst = false
    if (isCut) show(() => Native.CONNECTING)
    // After the page's own listeners: they may close it, and then nothing is resumed.
    setTimeout(() => {
      isReconnecting = source.readyState === Native.CONNECTING && !isOver
      if (isCoveredByWorker() && !isCut) tell(lastEventId())
      else if (isReconnecting) void continueHere()
    })
  })
  addEventListener.call(source, 'open', () => {
    isReconnecting = isFirst = false
    isOpen = true
  })
  const container = serviceWorkers()
  const onControllerChange = async () => {
    if (isReconnecting && !isCoveredByWorker()) return continueHere()
    await interception.gate.pass(Promise.resolve(true))
    if (!(isOpen || isFirst) || isCoveredByWorker()) return
    // The worker that brings it is gone. In Firefox no event follows, and no error.
    const wasOpen = isOpen
    isOpen = isFirst = false
    void continueHere()
    if (wasOpen) source.dispatchEvent(new Event('error'))
  }
  container?.addEventListener('controllerchange', onControllerChange as () => void)
  source.close = () => {
    isOver = true
    tell()
    close.call(source)
  }
}

/** An `EventSource` that connects when the gate is open, and replaces the real one for the page. */
function held(
  interception: Interception,
  url: string,
  args: ConstructorParameters<typeof EventSource>,
  newTarget: typeof EventSource,
): EventSource {
  const Native = natives.EventSource
  const source = Object.setPrototypeOf(new EventTarget(), newTarget.prototype) as EventSource
  const types = new Set<string>()
  const withCredentials = !!args[1]?.withCredentials
  let real: Pick<EventSource, 'readyState' | 'close'> | undefined
  let closed = false
  const relayAll = (type: string) =>
    real instanceof Native && real.addEventListener(type, (event) => relay(event, source))
  const listen = (type: string, ...rest: [never, never?]) => {
    addEventListener.call(source, type, ...rest)
    if (types.has(type)) return
    types.add(type)
    relayAll(type)
  }
  const property = (name: string, get: () => unknown) =>
    Object.defineProperty(source, name, { get, configurable: true })
  property('url', () => url)
  property('withCredentials', () => withCredentials)
  property('readyState', () => (closed ? Native.CLOSED : (real?.readyState ?? Native.CONNECTING)))
  source.addEventListener = listen
  source.close = () => {
    closed = true
    real?.close()
  }
  addHandlers(source, ['open', 'message', 'error'])
  void interception.gate.pass(isListed(interception, url)).then(async (sendHere) => {
    const isReadHere = sendHere || isStreamedDirectly(interception.direct, url)
    const part = isReadHere ? await interception.loadPagePart() : undefined
    if (closed) return
    if (part) readHere.add(source)
    const send = (request: Request) => (sendHere ? (sendHere(request) ?? nativeFetch(request)) : coveredFetch(request))
    real = part ? part.fetchEventSource({ source, url, withCredentials, send }) : new Native(...args)
    types.forEach(relayAll)
  })
  return source
}

/** Whether a stream is read by `fetch`, since no `EventSource` can be given a header. */
const isStreamedDirectly = (direct: DirectLane, url: string): boolean =>
  direct.isOn && typeof direct.look(url) === 'object'
