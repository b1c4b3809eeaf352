import { unlessAborted, wait } from '../io/deadline.ts'
import type { OpenedVault, Reply, VaultCallName, VaultCalls, VaultMessage, VaultQuestion } from '../protocol.ts'
import type { AskPages } from './platform.ts'

/** ms in which the vault's frame says that it has heard a question. One that does not is closed with its page, or frozen. */
const HEARD_MS = 1_000
/** ms between two looks whether the frame is still there, while it works on a question: no event of the port says so. */
const LOOK_MS = 1_000

/** ms for which it is not asked again after it has said that nobody is signed in. */
const SAID_NO_MS = 1_000

/** What came of a call: a reply, or no vault that could be asked in time. */
export type VaultReply<Name extends VaultCallName> =
  | { readonly kind: 'reply'; readonly value: VaultCalls[Name]['reply'] }
  | { readonly kind: 'refused' | 'unreachable' }

interface Limits {
  readonly limitMs: number
  readonly signal: AbortSignal
}

type Opened = OpenedVault<MessagePort>
/** No frame. */
type Failed = Exclude<Opened, { readonly kind: 'port' }>

/** A frame of the vault, and the questions that wait for its replies. */
interface Line {
  readonly kind: 'line'
  readonly port: MessagePort
  readonly waiting: Map<number, { readonly onHeard: () => void; readonly onReply: (reply: Reply) => void }>
}

const UNREACHABLE = { kind: 'unreachable' } as const

/**
 * The vault of one session, as the app's engine reaches it: by a port to the vault's frame, which a page of the app opens. The
 * port is the engine's alone, so that what it carries passes no script of a page.
 */
export class Vault {
  readonly url: string
  readonly #askPages: AskPages
  #line: Promise<Line | Failed | undefined> | undefined
  #lastId = 0
  /** ms since epoch when it said that nobody is signed in. */
  #saidNoAt = Number.NEGATIVE_INFINITY

  constructor(url: string, askPages: AskPages) {
    this.url = url
    this.#askPages = askPages
  }

  /** It has said that nobody is signed in. */
  heardNo(now: number): void {
    this.#saidNoAt = now
  }

  /** Whether it has said so just now. */
  saidNo(now: number): boolean {
    return Math.abs(now - this.#saidNoAt) < SAID_NO_MS
  }

  /** Somebody may have signed in there. */
  doubt(): void {
    this.#saidNoAt = Number.NEGATIVE_INFINITY
  }

  /** Asks the vault. A frame that is lost meanwhile is replaced by another page's, and asked again. Never rejects. */
  async call<Name extends VaultCallName>(
    name: Name,
    call: VaultCalls[Name]['call'],
    { limitMs, signal }: Limits,
  ): Promise<VaultReply<Name>> {
    const over = AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
    while (!over.aborted) {
      const opening = (this.#line ??= this.#open({ limitMs, signal }))
      const line = await unlessAborted(over, opening)
      if (line?.kind === 'line') {
        const reply = await this.#ask(line, { name, with: call }, over)
        if (reply?.ok) return { kind: 'reply', value: reply.value as VaultCalls[Name]['reply'] }
        if (reply) return { kind: 'refused' }
      }
      if (this.#line === opening) this.#line = undefined
      if (line?.kind !== 'line') return line ?? UNREACHABLE
    }
    return UNREACHABLE
  }

  /** Resolves with undefined when no page could open the vault in time. */
  async #open(limits: Limits): Promise<Line | Failed | undefined> {
    const reply = await this.#askPages({ ask: 'vault', url: this.url }, limits)
    const opened = reply?.kind === 'provided' ? (reply.value as Opened) : undefined
    return opened?.kind === 'port' ? lineOf(opened.port) : opened
  }

  /** Resolves with undefined when the frame is lost, or nobody waits any more. */
  async #ask(line: Line, question: Omit<VaultQuestion, 'id'>, over: AbortSignal): Promise<Reply | undefined> {
    const settled = new AbortController()
    const id = ++this.#lastId
    const replied = new Promise<Reply>((onReply) => line.waiting.set(id, { onHeard: () => {}, onReply }))
    line.port.postMessage({ id, ...question } satisfies VaultQuestion)
    const lost = this.#whenLost(line, AbortSignal.any([over, settled.signal]))
    const reply = await unlessAborted(over, Promise.race([replied, lost]))
    settled.abort()
    line.waiting.delete(id)
    return reply
  }

  /** Resolves once the frame does not say any more that it hears. */
  async #whenLost(line: Line, over: AbortSignal): Promise<undefined> {
    while (!over.aborted && (await this.#isThere(line, over))) await unlessAborted(over, wait(LOOK_MS))
    if (over.aborted) await new Promise(() => {})
    return undefined
  }

  async #isThere(line: Line, over: AbortSignal): Promise<boolean> {
    const id = ++this.#lastId
    const heard = new Promise<boolean>((resolve) =>
      line.waiting.set(id, { onHeard: () => resolve(true), onReply: () => {} }),
    )
    line.port.postMessage({ id, name: 'ping' } satisfies VaultQuestion)
    const isHeard = await unlessAborted(over, Promise.race([heard, wait(HEARD_MS).then(() => false)]))
    line.waiting.delete(id)
    return isHeard === true
  }
}

function lineOf(port: MessagePort): Line {
  const line: Line = { kind: 'line', port, waiting: new Map() }
  port.onmessage = ({ data }: MessageEvent<VaultMessage>) => {
    if (data.kind === 'heard') line.waiting.get(data.id)?.onHeard()
    if (data.kind === 'reply') line.waiting.get(data.id)?.onReply(data.reply)
  }
  return line
}
