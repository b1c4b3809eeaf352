import { type Cover, isConcerned } from './cover.ts'
import { natives } from './natives.ts'

/** A page in the middle of a stream must not lose its worker: Firefox counts only events. */
const WAKE_MS = 10_000

/**
 * `EventSource` waits at the gate. Behind a worker, Chromium forgets `Last-Event-ID` at a reconnect; the page saw the last
 * id, and tells it. Firefox cuts a response 30 s after the worker's last event; the page keeps the worker awake.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function interceptEventSource(cover: Cover): void {
  const Native = natives.EventSource
  const { addEventListener } = EventTarget.prototype

  const watch = (source: EventSource): void => {
    let lastEventId = ''
    const seen = new Set<string>()
    const see = (type: string) => {
      if (seen.has(type)) return
      seen.add(type)
      addEventListener.call(source, type, (event) => (lastEventId = (event as MessageEvent).lastEventId ?? lastEventId))
    }
    see('message')
    source.addEventListener = function (this: EventSource, type: string, ...rest: [never, never?]) {
      if (type !== 'open' && type !== 'error') see(type)
      addEventListener.call(this, type, ...rest)
    }
    const awake = setInterval(() => (source.readyState === Native.CLOSED ? clearInterval(awake) : void cover.ask('wake', { online: false })), WAKE_MS)
    addEventListener.call(source, 'error', () => {
      if (source.readyState === Native.CONNECTING && lastEventId) void cover.ask('lastEventId', { url: source.url, lastEventId })
    })
  }

  window.EventSource = new Proxy(Native, {
    construct(target, args: ConstructorParameters<typeof EventSource>, newTarget) {
      const { href } = new URL(args[0], document.baseURI)
      if (cover.gate.isOpen && !cover.concerns?.(href)) return Reflect.construct(target, args, newTarget) as EventSource
      const source = cover.gate.isOpen ? (Reflect.construct(target, args, newTarget) as EventSource) : held(cover, href, args, newTarget)
      watch(source)
      return source
    },
  })
}

/** An `EventSource` that connects when the gate is open: until then, and from then on, it stands in for the real one. */
function held(cover: Cover, href: string, args: ConstructorParameters<typeof EventSource>, newTarget: Function): EventSource {
  const Native = natives.EventSource
  const target = new EventTarget()
  let real: EventSource | undefined
  let closed = false
  const handlers: Record<string, EventListener | null> = {}
  const relay = (type: string): void =>
    void real!.addEventListener(type, (event) => {
      const { data, origin, lastEventId } = event as MessageEvent
      target.dispatchEvent(event instanceof MessageEvent ? new MessageEvent(type, { data, origin, lastEventId }) : new Event(type))
    })
  const types = new Set(['open', 'message', 'error'])
  const source = Object.create((newTarget as typeof EventSource).prototype, {
    url: { get: () => href },
    withCredentials: { get: () => args[1]?.withCredentials ?? false },
    readyState: { get: () => (closed ? Native.CLOSED : (real?.readyState ?? Native.CONNECTING)) },
    close: { value: () => ((closed = true), real?.close()) },
    addEventListener: {
      writable: true,
      value: (type: string, ...rest: [never, never?]) => {
        if (real && !types.has(type)) relay(type)
        types.add(type)
        target.addEventListener(type, ...rest)
      },
    },
    removeEventListener: { value: target.removeEventListener.bind(target) },
    dispatchEvent: { value: target.dispatchEvent.bind(target) },
    ...Object.fromEntries(
      ['open', 'message', 'error'].map((type) => [`on${type}`, { get: () => handlers[type] ?? null, set: (handler: EventListener | null) => (handlers[type] = handler) }]),
    ),
  }) as EventSource
  for (const type of types) target.addEventListener(type, (event) => handlers[type]?.call(source, event))
  void cover.gate.pass(isConcerned(cover, href)).then(() => {
    if (closed) return
    real = new Native(...args)
    for (const type of types) relay(type)
  })
  return source
}
