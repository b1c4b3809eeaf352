import type { BearerWorkerError } from '../errors.ts'
import { type ConfigurationPlace, configurationUnmarked, readConfigurationFile } from '../io/configuration-file.ts'
import { reportMistake } from '../io/console.ts'
import { wait, within } from '../io/deadline.ts'
import type { SessionStore } from '../io/session-store.ts'
import type { Configuration } from '../policy/configuration.ts'
import type { Notice } from '../protocol.ts'
import { enforce, enforceStored, type InForce, type ReadFile, toStored } from './configuration-in-force.ts'

/** ms for reading the file. */
const LOAD_MS = 10_000
/** ms that `hello` waits for a newer configuration while a good one is in force. */
const RELOAD_MS = 2_000
/** ms from a start to reading the file, unless it is needed earlier: the request that started the worker goes first. */
const READ_AFTER_MS = 200

interface Options extends ConfigurationPlace {
  readonly read?: ReadFile | undefined
  readonly base: string
  readonly store: SessionStore
  /** Its key in the store. */
  readonly key: string
  /** Whether a mistake is one that a newer worker fixes: the pages are told, and install it. */
  readonly needsNewWorker: (problem: BearerWorkerError) => boolean
  /** Makes the sessions of a checked configuration. Rejects when that is not possible: then it is not put in force. */
  readonly apply: (configuration: Configuration) => Promise<void>
  /** Tells pages when what the file says has replaced another configuration. */
  readonly tell: (notice: Notice) => void
}

/**
 * The configuration of one life of the realm. At first it is the one that an earlier life has stored, so that a request
 * with a good access token need not wait; any script of the origin can have written it. It is replaced by what the file
 * says as soon as that is read, and until then no refresh token, no code and no credential leaves.
 */
export class CurrentConfiguration {
  /** The last mistake; it prevents nothing while a good configuration is in force. */
  problem: BearerWorkerError | undefined
  /**
   * Whether a good configuration is stored. False while a worker is installed: it may never be used, and the worker in use
   * starts with what is stored.
   */
  keeps = true
  #inForce: InForce | undefined
  /** Whether pages have to be told of what is in force. */
  #isUntold = false
  /** The last mistake that was told, so that each is told once. */
  #told: string | undefined
  /** Whether what is in force is what the file says, as this life has read it. */
  #isConfirmed = false
  /** The text that was checked in this life. */
  #checked: string | undefined
  #reading: Promise<void> | undefined
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  get inForce(): InForce | undefined {
    return this.#inForce
  }

  /** Uses what an earlier life has stored, if that is sound, and reads the file: in the background, a little later, where it can. */
  async begin(stored: unknown): Promise<void> {
    const { url, base, read } = this.#options
    await this.#enforce(() => enforceStored(stored, url, base, read))
    if (!this.#inForce) return this.read()
    void wait(READ_AFTER_MS).then(() => (this.#isConfirmed ? undefined : this.read()))
  }

  /** Reads the file again. A bad one is reported, and changes nothing. Never rejects. */
  read(): Promise<void> {
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined))
    return this.#reading
  }

  /** The same; a good configuration that is in force does not wait long for a newer one. */
  async reload(): Promise<void> {
    const reading = this.read()
    await (this.#inForce ? within(RELOAD_MS, reading).catch(() => {}) : reading)
    if (this.#inForce && !this.problem) await this.#store(this.#inForce)
  }

  /**
   * Resolves with undefined once this life has read a good file: then it is known where secrets may go. Resolves with
   * the problem when the file cannot be read, or is refused; the next call tries again.
   */
  async unconfirmed(): Promise<BearerWorkerError | undefined> {
    if (!this.#isConfirmed) await this.read()
    return this.#isConfirmed ? undefined : this.problem
  }

  async #read(): Promise<void> {
    const { url, base, read } = this.#options
    try {
      const text = await readConfigurationFile(this.#options, LOAD_MS)
      if (text === undefined) this.#forget()
      if (text !== this.#checked) {
        this.problem = undefined
        const before = this.#inForce
        await this.#enforce(() => enforce(text!, url, base, read))
        if (this.problem) throw this.problem
        this.#checked = text
        if (before && before.text !== text) this.#tellRules()
      }
      this.problem = undefined
      this.#told = undefined
      this.#isConfirmed = true
      await this.#store(this.#inForce!)
    } catch (error) {
      this.problem = error as BearerWorkerError
      this.#tell(this.problem)
    }
  }

  /** The worker is in use from now on. */
  beginUse(): void {
    this.keeps = true
    if (this.#isUntold) this.#tellRules()
  }

  /** Not while the worker is installed: a page that asks it what is new would wake the one that it is to replace. */
  #tellRules(): void {
    this.#isUntold = !this.keeps
    if (this.keeps) this.#options.tell({ kind: 'rules' })
  }

  #tell(problem: BearerWorkerError): void {
    if (this.#told === problem.message) return
    this.#told = problem.message
    const { needsNewWorker, tell } = this.#options
    if (needsNewWorker(problem)) return tell({ kind: 'rules' })
    const kept = this.#inForce ? '\nThe configuration that was in force stays.' : ''
    reportMistake(problem.message + kept)
  }

  /** No configuration may be where the file is: what is stored of it was written by a script of a page. */
  #forget(): never {
    if (!this.#isConfirmed) this.#inForce = undefined
    throw configurationUnmarked(this.#options.url)
  }

  /** Writes what is in force, unless it is what stands there: a script of a page may have changed it. */
  async #store(inForce: InForce): Promise<void> {
    if (!this.keeps) return
    const { store, key } = this.#options
    const next = toStored(inForce)
    const isKept = (stored: unknown) => textOf(stored) === textOf(next)
    await store.swap(key, (stored) => (isKept(stored) ? undefined : next)).catch(() => {})
  }

  async #enforce(make: () => InForce | undefined): Promise<void> {
    let made: InForce | undefined
    try {
      made = make()
      if (!made) return
      await this.#options.apply(made.configuration)
      this.#inForce = made
    } catch (error) {
      this.problem = error as BearerWorkerError
      // A part is missing, so the file is not put in force. It still confirms the sessions in force, if it has them unchanged.
      if (made && this.#inForce && hasSessionsOf(made, this.#inForce)) this.#isConfirmed = true
    }
  }
}

/** Whether a configuration has every session of another one, unchanged. */
function hasSessionsOf({ configuration }: InForce, other: InForce): boolean {
  const texts = configuration.sessions.map(textOf)
  return other.configuration.sessions.every((session) => texts.includes(textOf(session)))
}

/** Of a stored value, to compare it; a cyclic one has none. */
function textOf(stored: unknown): string | undefined {
  try {
    return JSON.stringify(stored)
  } catch {
    return undefined
  }
}
