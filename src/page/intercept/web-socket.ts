import { withoutQuery } from '../../engine/compiled-pattern.ts'
import { within } from '../../io/deadline.ts'
import type { SocketPlan } from '../../page-part/plan-socket.ts'
import { isLoopback } from '../../policy/patterns.ts'
import type { AskedSocket } from '../../policy/sockets.ts'
import { baseUrl } from '../own-origin.ts'
import { globals } from '../realm.ts'
import { LIMIT_MS } from './gate.ts'
import { HeldSocket } from './held-socket.ts'
import type { Interception } from './interception.ts'
import { standBehind, standFor } from './stand-in.ts'

const { WebSocket: Native, EventTarget: NativeTarget } = globals

/** A subprotocol. @see https://www.rfc-editor.org/rfc/rfc6455#section-4.1 */
const TOKEN = /^[!#$%&'*+.^`|~\w-]+$/

/**
 * A `WebSocket` that `sockets` of the configuration lists connects once there is a token for it. Any other is the browser's own.
 * @see https://websockets.spec.whatwg.org/#dom-websocket-websocket
 */
export function interceptWebSocket(interception: Interception): void {
  if (!Native) return
  standBehind(Native.prototype)
  Native.prototype.constructor = globalThis.WebSocket = new Proxy(Native, {
    construct(target, args: ConstructorParameters<typeof WebSocket>, newTarget: typeof WebSocket) {
      const asked = askedBy(args)
      const { matcher } = interception
      if (!asked || (matcher && !matcher.socketOf(asked.url))) return Reflect.construct(target, args, newTarget)
      const socket = Reflect.construct(NativeTarget, [], newTarget) as EventTarget
      const standIn = new HeldSocket(socket, asked.url)
      standFor(socket, standIn)
      connect(standIn, asked, interception).catch((error) => {
        console.error(error)
        standIn.fail()
      })
      return socket
    },
  })
}

async function connect(standIn: HeldSocket, asked: AskedSocket, interception: Interception): Promise<void> {
  const plan = await planOf(asked, interception)
  if (standIn.isOver) return
  try {
    standIn.follow(new Native(plan.url, [...plan.protocols]), plan)
  } catch (error) {
    // Its message may repeat the URL or the subprotocol, and with it the token.
    throw new Error(`${withoutQuery(asked.url)} cannot be connected: ${(error as Error).name}.`)
  }
}

/** What a socket connects with, as soon as that is known. */
export async function planOf(asked: AskedSocket, interception: Interception): Promise<SocketPlan> {
  const { gate, known, ask, loadPagePart } = interception
  const listed = (interception.matcher ?? (await known)).socketOf(asked.url)
  if (!listed) return asked
  if (!gate.isOpen) await gate.pass(Promise.resolve(true))
  const { planSocket } = await loadPagePart()
  return (await within(2 * LIMIT_MS, planSocket(asked, listed.session, ask))) ?? asked
}

/** What the page asks for; undefined for what the browser refuses, which says itself why. */
export function askedBy(args: [url?: unknown, protocols?: unknown]): AskedSocket | undefined {
  if (args.length === 0) return undefined
  try {
    // Converted once, as the browser does it: an object may return something else the next time.
    const address = `${args[0]}`
    args[0] = address
    const protocols = listOf(args[1])
    if (args[1] !== undefined) args[1] = protocols
    const { href, hostname } = new URL(address, baseUrl())
    const url = href.replace(/^http/, 'ws')
    // On a secure page the browser refuses plain "ws:" at once, and `sockets` lists it for loopback only.
    const isSound = /^wss?:[^#]*$/.test(url) && (!isSecureContext || url.startsWith('wss:') || isLoopback(hostname))
    return isSound && protocols.every((each, at) => TOKEN.test(each) && protocols.indexOf(each) === at)
      ? { url, protocols }
      : undefined
  } catch {
    return undefined
  }
}

function listOf(protocols: unknown): readonly string[] {
  if (protocols === undefined) return []
  return Object(protocols) === protocols
    ? [...(protocols as Iterable<unknown>)].map((each) => `${each}`)
    : [`${protocols}`]
}
