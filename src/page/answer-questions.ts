import { unlessAborted } from '../io/deadline.ts'
import { cookiesIn } from '../policy/placeholders.ts'
import { isNavigatingTo } from './navigations.ts'
import { documentCookie } from './own-origin.ts'
import { serviceWorkers } from './realm.ts'
import { tabAccount } from './tab-account.ts'
import type { OpenedVault, PageHeard, PageQuestion, PageReply, ProvideReason, WantedToken } from '../protocol.ts'
import { VaultFrames } from './vault-frames.ts'

/**
 * Brings a token response for a session with `"refresh": { "by": "page" }`, as `tokenFields` describe it; `null` when
 * the session is over. Rejecting means that there is no token for now. `signal` is aborted when the answer is no longer
 * wanted: after `timeoutSeconds`, or when the user signs out or another signs in. `resource` and `scope` are there where the
 * access token is for an entry of `resources` that has them.
 */
export type TokenProvider = (
  request: {
    readonly reason: ProvideReason
    /** The account that the token is for; undefined where the tab has chosen none. */
    readonly account: string | undefined
    readonly signal: AbortSignal
  } & WantedToken,
) => Promise<unknown>

interface Limits {
  readonly limitMs: number
  readonly signal: AbortSignal
}

/** Answers what an engine asks this page: the worker, or the engine in the page itself. */
export class PageAnswers {
  readonly vaults = new VaultFrames()
  readonly #providers = new Map<string, TokenProvider>()
  /** Called at the next registration of a provider. */
  #awaiting: (() => void)[] = []

  /** Whether code of this page provides tokens of a session of this account. */
  provides(session: string, account: string | undefined): boolean {
    return this.#providers.has(session) && account === tabAccount()
  }

  /** Resolves at the next registration of a provider. */
  provided(): Promise<void> {
    return new Promise((resolve) => this.#awaiting.push(resolve))
  }

  /** Registers a provider. Returns how to stop it. */
  provide(session: string, provider: TokenProvider): () => void {
    this.#providers.set(session, provider)
    for (const resume of this.#awaiting.splice(0)) resume()
    return () => {
      if (this.#providers.get(session) === provider) this.#providers.delete(session)
    }
  }

  /** @param signal aborted when nobody waits for the reply any more */
  async answer(question: PageQuestion, signal: AbortSignal): Promise<PageReply> {
    switch (question.ask) {
      case 'cookies':
        return { kind: 'provided', value: cookiesIn(documentCookie(), question.names) }
      case 'vault':
        return { kind: 'provided', value: await this.vaults.open(question.url) }
      case 'provide': {
        const { ask: _, session, ...request } = question
        if (request.account !== tabAccount()) return { kind: 'pass' }
        return this.#ask(session, { ...request, signal })
      }
      case 'account':
        return { kind: 'provided', value: tabAccount() ?? null }
      case 'navigation':
        return isNavigatingTo(question.url) ? { kind: 'provided', value: true } : { kind: 'pass' }
      default:
        return { kind: 'pass' }
    }
  }

  async #ask(session: string, request: Parameters<TokenProvider>[0]): Promise<PageReply> {
    const provider = this.#providers.get(session)
    if (!provider) return { kind: 'pass' }
    try {
      const value = await provider(request)
      return value === null ? { kind: 'over' } : { kind: 'provided', value }
    } catch (error) {
      if (!request.signal.aborted)
        console.error(`The provider of session "${session}" failed; it is asked again:`, error)
      return { kind: 'failed' }
    }
  }

  /** The same for the engine in this page: undefined when this page cannot say within the limits. */
  async askHere(question: PageQuestion, { limitMs, signal }: Limits) {
    const over = AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
    const reply = await unlessAborted(over, this.answer(question, over))
    return reply?.kind === 'pass' ? undefined : reply
  }

  /** Listens for questions of the worker. */
  listen(): void {
    serviceWorkers()?.addEventListener('message', ({ data, ports }: MessageEvent) => {
      const { bearerWorker, question } = Object(data) as {
        readonly bearerWorker?: unknown
        readonly question?: PageQuestion
      }
      const [port] = ports
      if (bearerWorker !== 1 || !question || !port) return
      const unwanted = new AbortController()
      // All that the worker says after its question is that it no longer waits.
      port.onmessage = () => unwanted.abort()
      port.postMessage({ kind: 'heard' } satisfies PageHeard)
      void this.answer(question, unwanted.signal).then((reply) => send(port, reply))
    })
    serviceWorkers()?.startMessages()
  }
}

/** Sends a reply. What a provider brings may be no plain data, which no port can carry: then it has failed. */
function send(port: MessagePort, reply: PageReply): void {
  try {
    const { kind, port: ofVault } = Object('value' in reply ? reply.value : {}) as Partial<
      Extract<OpenedVault<MessagePort>, { readonly kind: 'port' }>
    >
    port.postMessage(reply, kind === 'port' && ofVault ? [ofVault] : [])
  } catch (error) {
    console.error("The provider has to resolve with plain data, such as { access_token: '...' }:", error)
    port.postMessage({ kind: 'failed' } satisfies PageReply)
  }
}
