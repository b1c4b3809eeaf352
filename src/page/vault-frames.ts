import { within } from '../io/deadline.ts'
import type { MatchRules, OpenedVault, VaultGreeting, VaultMessage, VaultReady, VaultState } from '../protocol.ts'
import type { Ask } from './ask.ts'
import { messageOf } from './intercept/natives.ts'
import { OwnMessageChannel } from './intercept/own-classes.ts'
import { appendHidden, type HiddenFrame } from './own-origin.ts'
import type { SessionViews } from './session-views.ts'
import { readVaultHint, writeVaultHint } from './vault-hint.ts'

/** ms in which the vault's page has to be loaded, and then to answer. */
const LOAD_MS = 10_000
const READY_MS = 5_000

/** A port to a vault, and what the vault said first. */
interface Connected {
  readonly port: MessagePort
  readonly ready: VaultReady
}

/** The hidden frames of vaults in this page. A port to one is handed to the worker: no token passes this page. */
export class VaultFrames {
  readonly #frames = new Map<string, HiddenFrame>()
  readonly #told = new Set<string>()
  #again: (() => void) | undefined
  readonly #watched = new Map<string, MessagePort>()

  /** Loads the frames that this page is about to need, as far as an earlier page has noted them. */
  begin(configuration: string): void {
    for (const url of readVaultHint(configuration, Date.now())) this.#frame(url)
  }

  /** Notes for the next page which frames it needs at once: those of sessions without a good access token. */
  note(configuration: string, rules: readonly MatchRules[], views: SessionViews): void {
    const hint: Record<string, number> = {}
    for (const { vault, session } of rules) {
      if (vault === undefined) continue
      const { state, expiresAt = Number.MAX_SAFE_INTEGER } = views.get(session) ?? {}
      hint[vault] = Math.min(hint[vault] ?? expiresAt, state === 'active' ? expiresAt : 0)
    }
    writeVaultHint(configuration, hint)
  }

  /** A new port to a vault's frame, for the engine. Never rejects. */
  async open(url: string): Promise<OpenedVault<MessagePort>> {
    const { ready, port } = (await this.#connect(url)) ?? {}
    if (!ready || !port) return { kind: 'unreachable' }
    if (ready.kind === 'ready') return { kind: 'port', port }
    this.#tell(ready.message)
    return { kind: 'refused' }
  }

  /**
   * The page is left, and may be kept in the back-forward cache: a frame with a transaction under way would go on to hold the store of the
   * next page's frame there (WebKit).
   */
  leave(): void {
    for (const url of this.#frames.keys()) this.#drop(url)
  }

  /** The page is back from the back-forward cache: what a vault told meanwhile was not heard. */
  again(): void {
    this.#again?.()
  }

  /** Has the engine look where a vault says another thing of a session than the engine knows: at once, and at each change. */
  watch(rules: readonly MatchRules[], ask: Ask): void {
    this.#again = () => this.watch(rules, ask)
    const urls = new Set(rules.flatMap(({ vault }) => vault ?? []))
    for (const url of this.#frames.keys()) if (!urls.has(url)) this.#drop(url)
    for (const url of urls) void this.#watch(url, rules, ask)
  }

  async #watch(url: string, rules: readonly MatchRules[], ask: Ask): Promise<void> {
    const { ready, port } = (await this.#connect(url)) ?? {}
    if (!ready || !port) return this.#tell(`The vault ${url} could not be reached.`)
    if (ready.kind === 'refused') return this.#tell(ready.message)
    this.#watched.get(url)?.close()
    this.#watched.set(url, port)
    const look = ({ session, state, epoch }: VaultState) => {
      if (!rules.some((each) => each.vault === url && each.session === session)) return
      void ask('lookAtVault', { session, state, epoch }).catch(() => {})
    }
    port.onmessage = (event) => {
      const message = messageOf(event) as VaultMessage
      if (message.kind === 'changed') look(message)
    }
    for (const state of ready.sessions) look(state)
  }

  /** Resolves with undefined when the vault cannot be reached. */
  async #connect(url: string): Promise<Connected | undefined> {
    const frame = this.#frame(url)
    try {
      await within(LOAD_MS, frame.loaded)
      const { port1, port2 } = new OwnMessageChannel()
      const ready = new Promise<VaultReady>((resolve) => {
        port1.onmessage = (event) => resolve(messageOf(event) as VaultReady)
      })
      const greeting: VaultGreeting = { bearerWorkerVault: 1 }
      frame.element.contentWindow!.postMessage(greeting, new URL(url).origin, [port2])
      const connected = { port: port1, ready: await within(READY_MS, ready) }
      // From here on the port is read by whom it is given to.
      port1.onmessage = null
      return connected
    } catch {
      // The next one begins again.
      if (this.#frames.get(url) === frame) this.#drop(url)
      return undefined
    }
  }

  #frame(url: string): HiddenFrame {
    const known = this.#frames.get(url)
    // A script of the page may have emptied the document.
    if (known?.element.isConnected) return known
    const frame = appendHidden(url)
    this.#frames.set(url, frame)
    return frame
  }

  /** Also one that is still loading, which would hold up the `load` event of this page. */
  #drop(url: string): void {
    this.#frames.get(url)?.element.remove()
    this.#frames.delete(url)
  }

  #tell(message: string): void {
    if (!this.#told.has(message)) console.error(`Bearer Worker: ${message}`)
    this.#told.add(message)
  }
}
