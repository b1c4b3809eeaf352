import { within } from '../io/deadline.ts'
import { cookiesIn } from '../policy/placeholders.ts'
import type { PageQuestion, PageReply, ProvideReason } from '../protocol.ts'

/**
 * Brings a token response for a session with `"refresh": { "by": "page" }`, as `tokenFields` describe it; `null` when
 * the session is over. Rejecting means that there is no token for now.
 */
export type TokenProvider = (request: {
  readonly reason: ProvideReason
  readonly signal: AbortSignal
}) => Promise<unknown>

/** Answers what an engine asks this page: the worker, or the engine in the page itself. */
export class PageAnswers {
  readonly #providers = new Map<string, TokenProvider>()

  /** Registers a provider. Returns how to stop it. */
  provide(session: string, provider: TokenProvider): () => void {
    this.#providers.set(session, provider)
    return () => {
      if (this.#providers.get(session) === provider) this.#providers.delete(session)
    }
  }

  async answer(question: PageQuestion): Promise<PageReply> {
    switch (question.ask) {
      case 'cookies':
        return { kind: 'provided', value: cookiesIn(document.cookie, question.names) }
      case 'provide':
        return this.#ask(question.session, question.reason)
      default:
        return { kind: 'pass' }
    }
  }

  async #ask(session: string, reason: ProvideReason): Promise<PageReply> {
    const provider = this.#providers.get(session)
    if (!provider) return { kind: 'pass' }
    try {
      const value = await provider({ reason, signal: new AbortController().signal })
      return value === null ? { kind: 'over' } : { kind: 'provided', value }
    } catch {
      return { kind: 'failed' }
    }
  }

  /** The same for the engine in this page: undefined when this page cannot say within the limits. */
  async askHere(question: PageQuestion, { limitMs }: { readonly limitMs: number }) {
    const reply = await within(limitMs, this.answer(question)).catch(() => undefined)
    return reply?.kind === 'pass' ? undefined : reply
  }

  /** Listens for questions of the worker. */
  listen(): void {
    navigator.serviceWorker?.addEventListener('message', ({ data, ports }: MessageEvent) => {
      const { bearerWorker, question } = Object(data) as {
        readonly bearerWorker?: unknown
        readonly question?: PageQuestion
      }
      const [port] = ports
      if (bearerWorker === 1 && question && port) void this.answer(question).then((reply) => port.postMessage(reply))
    })
    navigator.serviceWorker?.startMessages()
  }
}
