import type { SendMessage, SocketData, SocketPlan } from '../../page-part/plan-socket.ts'
import { globals } from '../realm.ts'

const CONNECTING = 0
const OPEN = 1
const CLOSING = 2
const CLOSED = 3
const EVENTS = ['open', 'message', 'error', 'close']
/** @see https://www.rfc-editor.org/rfc/rfc6455#section-7.1.5 */
const ABNORMAL = 1006
/** @see https://websockets.spec.whatwg.org/#dom-websocket-close */
const LONGEST_REASON_BYTES = 123

const { addEventListener, removeEventListener, dispatchEvent } = globalThis.EventTarget.prototype
/** The browser's own: what the page puts in their place is called once, for the object that the page has. */
const natives = Object.getOwnPropertyDescriptors(globals.WebSocket?.prototype ?? {}) as Record<
  string,
  PropertyDescriptor
>
const read = <T>(real: WebSocket, name: string): T => Reflect.apply(natives[name]!.get!, real, []) as T
const call = (real: WebSocket, name: 'send' | 'close', args: readonly unknown[]): void =>
  Reflect.apply(natives[name]!.value as () => void, real, args as [])

/**
 * What stands behind a socket that connects later: it has the members of a `WebSocket` by their names. The object of the page
 * is an `EventTarget` with the prototype of a `WebSocket`, and gets the events of the socket that is connected for it.
 * @see https://websockets.spec.whatwg.org/#the-websocket-interface
 */
export class HeldSocket {
  readonly url: string
  /** Whether it is not to be connected any more. */
  isOver = false
  readonly #target: EventTarget
  #state = CONNECTING
  #real: WebSocket | undefined
  #plan: SocketPlan | undefined
  #binaryType: BinaryType = 'blob'
  #send: SendMessage | undefined
  /** Bytes that were to be sent when it was over: they count as buffered for ever. */
  #lost = 0
  /** The code that the page has closed it with while it was connecting or open, 0 for none. */
  #closedWith: number | undefined

  constructor(target: EventTarget, url: string) {
    this.#target = target
    this.url = url
    for (const type of EVENTS) Object.defineProperty(this, `on${type}`, handlerOf(target, type))
  }

  get readyState(): number {
    return this.#real ? read(this.#real, 'readyState') : this.#state
  }

  get extensions(): string {
    return this.#real ? read(this.#real, 'extensions') : ''
  }

  /** The page's own: it has not asked for the one with the token. */
  get protocol(): string {
    const protocol = this.#real ? read<string>(this.#real, 'protocol') : ''
    return protocol === this.#plan?.added ? '' : protocol
  }

  get bufferedAmount(): number {
    return this.#lost + (this.#real ? read<number>(this.#real, 'bufferedAmount') : 0)
  }

  get binaryType(): BinaryType {
    return this.#binaryType
  }

  set binaryType(type: BinaryType) {
    const written = `${type}`
    if (written !== 'blob' && written !== 'arraybuffer') return
    this.#binaryType = written
    if (this.#real) setBinaryType(this.#real, written)
  }

  send(data: SocketData): void {
    // What is no object is sent as text.
    if (this.#send && this.readyState === OPEN) return this.#send(Object(data) === data ? data : `${data}`)
    if (this.#real) return call(this.#real, 'send', [data])
    if (this.#state === CONNECTING)
      throw new DOMException("Failed to execute 'send' on 'WebSocket': Still in CONNECTING state.", 'InvalidStateError')
    this.#lost += new Blob([data as BlobPart]).size
  }

  close(...args: Parameters<WebSocket['close']>): void {
    if (this.#real) {
      const { readyState } = this
      call(this.#real, 'close', args)
      if (readyState <= OPEN) this.#closedWith = Number(args[0] ?? 0)
      return
    }
    demandSoundClose(args)
    if (this.isOver) return
    this.#state = CLOSING
    this.fail()
  }

  /** It ends as a socket that cannot connect. */
  fail(): void {
    if (this.isOver) return
    this.isOver = true
    setTimeout(() => {
      this.#state = CLOSED
      this.#tell(new Event('error'))
      this.#tell(new CloseEvent('close', { code: ABNORMAL }))
    })
  }

  /** Gives the page the events of the socket that is connected. */
  follow(real: WebSocket, plan: SocketPlan): void {
    let wasOpen = false
    this.#real = real
    this.#plan = plan
    setBinaryType(real, this.#binaryType)
    const on = (type: string, listener: (event: never) => void) =>
      addEventListener.call(real, type, listener as EventListener)
    on('open', () => {
      wasOpen = true
      const isOpen = () => this.readyState === OPEN
      this.#send = plan.onOpen?.({ isOpen, send: (data) => call(real, 'send', [data]) })
      this.#tell(new Event('open'))
    })
    on('message', ({ data, origin }: MessageEvent<unknown>) =>
      this.#tell(new MessageEvent('message', { data, origin })),
    )
    on('error', () => this.#tell(new Event('error')))
    on('close', ({ code, reason, wasClean }: CloseEvent) => {
      this.isOver = true
      // What the page ends itself says nothing of the token. A server may still have closed it first.
      const isOwn = wasOpen ? code === this.#closedWith : this.#closedWith !== undefined
      if (!isOwn) plan.onClose?.({ code, reason }, wasOpen)
      this.#tell(new CloseEvent('close', { code, reason, wasClean }))
    })
  }

  #tell(event: Event): void {
    dispatchEvent.call(this.#target, event)
  }
}

const setBinaryType = (real: WebSocket, type: BinaryType): void =>
  Reflect.apply(natives['binaryType']!.set!, real, [type])

/** An event handler that is called in its turn among the listeners. @see https://html.spec.whatwg.org/#event-handler-attributes */
function handlerOf(target: EventTarget, type: string): PropertyDescriptor {
  let handler: unknown = null
  const call = (event: Event): void => {
    if (typeof handler === 'function') Reflect.apply(handler, target, [event])
  }
  return {
    get: () => handler,
    set(value: unknown) {
      const before = handler
      handler = Object(value) === value ? value : null
      if (handler === null) removeEventListener.call(target, type, call)
      else if (before === null) addEventListener.call(target, type, call)
    },
  }
}

function demandSoundClose([code, reason = '']: Parameters<WebSocket['close']>): void {
  const number = Math.min(Math.max(Math.round(Number(code)) || 0, 0), 65_535)
  if (code !== undefined && number !== 1000 && (number < 3000 || number > 4999))
    throw new DOMException(
      `The close code must be 1000 or from 3000 to 4999. ${number} is neither.`,
      'InvalidAccessError',
    )
  if (new TextEncoder().encode(`${reason}`).length > LONGEST_REASON_BYTES)
    throw new DOMException(`The reason must not be longer than ${LONGEST_REASON_BYTES} bytes.`, 'SyntaxError')
}
