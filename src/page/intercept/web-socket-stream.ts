import type { OpenSocket, SocketPlan } from '../../page-part/plan-socket.ts'
import { globalFunction } from '../own-origin.ts'
import type { Interception } from './interception.ts'
import { standBehind, standFor } from './stand-in.ts'
import { askedBy, planOf } from './web-socket.ts'

interface Opened {
  readonly protocol: string
  readonly writable: WritableStream
}

interface WebSocketStream {
  readonly opened: Promise<Opened>
  readonly closed: Promise<{ readonly closeCode?: number; readonly reason?: string }>
  close(info?: object): void
}

interface Options {
  readonly protocols?: readonly string[]
  readonly signal?: AbortSignal
}

type Constructor = new (url: string, options?: Options) => WebSocketStream

/** The same for `WebSocketStream`, which only Chromium has. @see https://github.com/ricea/websocketstream-explainer */
export function interceptWebSocketStream(interception: Interception): void {
  const scope = globalThis as { WebSocketStream?: Constructor }
  const Native = globalFunction<Constructor>('WebSocketStream')
  if (!Native) return
  const NativeError = globalFunction<new () => Error>('WebSocketError')!
  standBehind(Native.prototype)
  Native.prototype.constructor = scope.WebSocketStream = new Proxy(Native, {
    construct(target, args: ConstructorParameters<Constructor>, newTarget: Constructor) {
      const [address, options] = args
      const asked = args.length > 0 && areSound(options) ? askedBy([address, options?.protocols ?? []]) : undefined
      const { matcher } = interception
      if (!asked || (matcher && !matcher.socketOf(asked.url)))
        return Reflect.construct(target, args, newTarget) as WebSocketStream
      const plan = planOf(asked, interception)
      const real = plan.then(({ url, protocols }) => new Native(url, { ...options, protocols }))
      const opened = real.then(async ({ opened }) => open(await opened, await plan))
      const closed = real.then(({ closed }) => closed)
      let isClosedByPage = false
      const onClose = async (code: number, reason: string, wasOpen: boolean): Promise<void> => {
        const { onClose } = await plan
        // What the page ends itself says nothing of the token.
        if (wasOpen || !(isClosedByPage || options?.signal?.aborted)) onClose?.({ code, reason }, wasOpen)
      }
      closed.then(
        ({ closeCode = 1005, reason = '' }) => onClose(closeCode, reason, true),
        () => {},
      )
      opened.catch(() => onClose(1006, '', false)).catch(() => {})
      const stream = Object.create(newTarget.prototype as object) as WebSocketStream
      const close = (info?: object): void => {
        // Throws what close() throws: both take the same.
        if (info !== undefined) Reflect.construct(NativeError, ['', info])
        isClosedByPage = true
        void real.then((each) => each.close(info)).catch(() => {})
      }
      standFor(stream, { url: asked.url, opened, closed, close })
      return stream
    },
  })
}

/** Whether the browser takes the options: it says itself why it refuses others. */
function areSound(options: unknown): options is Options | undefined {
  if (options === undefined || options === null) return true
  if (Object(options) !== options) return false
  const { protocols, signal } = options as Options
  const isList = protocols === undefined || Object(protocols) === protocols
  return isList && (signal === undefined || signal instanceof AbortSignal)
}

async function open(opened: Opened, { added, onOpen }: SocketPlan): Promise<Opened> {
  const writer = opened.writable.getWriter()
  const socket: OpenSocket = { isOpen: () => true, send: (data) => void writer.write(data).catch(() => {}) }
  // Sent now: the page cannot write before it has this.
  onOpen?.(socket)?.(undefined)
  writer.releaseLock()
  return added !== undefined && opened.protocol === added ? { ...opened, protocol: '' } : opened
}
