import { type Interception, isListed } from './interception.ts'
import { addEventListener, natives } from './natives.ts'
import { pagePart } from './realm.ts'

/** A page in the middle of a stream must not lose its worker: Firefox counts only events. */
const WAKE_MS = 10_000

/**
 * `EventSource` waits at the gate. Behind a worker, Chromium forgets `Last-Event-ID` at a reconnect; the page saw the last
 * id, and tells it. Firefox cuts a response 30 s after the worker's last event; the page keeps the worker awake.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function interceptEventSource(interception: Interception): void {
  const Native = natives.EventSource
  let count = 0

  const watch = (source: EventSource): void => {
    let lastEventId = ''
    const note = (event: Event) => void (lastEventId = (event as MessageEvent).lastEventId ?? lastEventId)
    // The same listener is added only once. https://dom.spec.whatwg.org/#add-an-event-listener
    const see = (type: string) => addEventListener.call(source, type, note)
    see('message')
    // Those of one that is held are not the browser's.
    const { addEventListener: listen, close } = source
    source.addEventListener = (type: string, ...rest: [never, never?]) => {
      see(type)
      listen.call(source, type, ...rest)
    }
    const awake = setInterval(
      () =>
        source.readyState === Native.CLOSED ? clearInterval(awake) : void interception.ask('wake', { online: false }),
      WAKE_MS,
    )
    const number = ++count
    const tell = (id?: string) =>
      source.readyState === Native.CONNECTING &&
      lastEventId &&
      void interception.ask('lastEventId', { url: source.url, source: number, id })
    // After the page's own listeners: they may close it, and then nothing is resumed.
    addEventListener.call(source, 'error', () => void setTimeout(() => tell(lastEventId)))
    source.close = () => {
      tell()
      close.call(source)
    }
  }

  Native.prototype.constructor = window.EventSource = new Proxy(Native, {
    construct(target, args: ConstructorParameters<typeof EventSource>, newTarget: typeof EventSource) {
      const { href } = new URL(args[0], document.baseURI)
      const { gate, matcher } = interception
      const { isOpen, sendHere } = gate
      if (isOpen && matcher && matcher.sessionOf(href) === undefined)
        return Reflect.construct(target, args, newTarget) as EventSource
      const source =
        isOpen && !sendHere
          ? (Reflect.construct(target, args, newTarget) as EventSource)
          : held(interception, href, args, newTarget)
      if (!sendHere) watch(source)
      return source
    },
  })
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
  let native: EventSource | undefined
  let real: Pick<EventSource, 'readyState' | 'close'> | undefined
  let closed = false
  const relay = (type: string) =>
    native?.addEventListener(type, (event) =>
      source.dispatchEvent(event instanceof MessageEvent ? new MessageEvent(type, event as object) : new Event(type)),
    )
  const listen = (type: string, ...rest: [never, never?]) => {
    addEventListener.call(source, type, ...rest)
    if (types.has(type)) return
    types.add(type)
    relay(type)
  }
  const property = (name: string, get: () => unknown, set?: (value: never) => void) =>
    Object.defineProperty(source, name, { get, ...(set && { set }), configurable: true })
  property('url', () => url)
  property('withCredentials', () => withCredentials)
  property('readyState', () => (closed ? Native.CLOSED : (real?.readyState ?? Native.CONNECTING)))
  source.addEventListener = listen
  source.close = () => {
    closed = true
    real?.close()
  }
  for (const type of ['open', 'message', 'error']) {
    let handler: EventListener | null = null
    listen(type, ((event: Event) => handler?.call(source, event)) as never)
    property(
      `on${type}`,
      () => handler,
      (value) => (handler = value),
    )
  }
  void interception.gate.pass(isListed(interception, url)).then(async (sendHere) => {
    if (sendHere) await interception.loadPagePart()
    if (closed) return
    if (sendHere) real = pagePart()!.fetchEventSource({ source, url, withCredentials })
    else real = native = new Native(...args)
    types.forEach(relay)
  })
  return source
}
