import { setTimeout as delay } from 'node:timers/promises'
import type { Tab } from './engine.ts'
import type { WebDriver } from './webdriver.ts'

type InTurn = <Value>(work: () => Promise<Value>) => Promise<Value>
type Outcome = { readonly json: string | null } | { readonly error: string }

/** A tab behind WebDriver. */
export class WebDriverTab implements Tab {
  readonly #driver: WebDriver
  readonly #inTurn: InTurn
  readonly #handle: string
  readonly #onClose: () => void
  #evaluations = 0

  constructor(driver: WebDriver, inTurn: InTurn, handle: string, onClose: () => void) {
    this.#driver = driver
    this.#inTurn = inTurn
    this.#handle = handle
    this.#onClose = onClose
  }

  async goto(url: string): Promise<void> {
    await this.#focused(() => this.#driver.post('/url', { url }))
  }

  async reload(): Promise<void> {
    await this.#focused(() => this.#driver.post('/refresh'))
  }

  /**
   * Starts the work, then polls for its outcome: `execute/async` would block the session, and with it every other
   * tab.
   */
  async evaluate<Result, Argument>(
    run: (argument: Argument) => Result | Promise<Result>,
    argument?: Argument,
  ): Promise<Result> {
    const key = String(++this.#evaluations)
    let outcome = await this.#execute<Outcome | null>(
      START.replace('RUN', () => run.toString()),
      key,
      JSON.stringify(argument ?? null),
    )
    for (let attempt = 0; !outcome; attempt++) {
      await delay(Math.min(5 + attempt * 5, 60))
      outcome = await this.#execute<Outcome | null>(COLLECT, key)
    }
    if ('error' in outcome) throw new Error(outcome.error)
    return (outcome.json === null ? undefined : JSON.parse(outcome.json)) as Result
  }

  async close(): Promise<void> {
    await this.#focused(() => this.#driver.delete('/window'))
    this.#onClose()
  }

  #execute<Value>(script: string, ...values: readonly unknown[]): Promise<Value> {
    return this.#focused(() => this.#driver.post<Value>('/execute/sync', { script, args: values }))
  }

  #focused<Value>(work: () => Promise<Value>): Promise<Value> {
    return this.#inTurn(async () => {
      await this.#driver.post('/window', { handle: this.#handle })
      return work()
    })
  }
}

/** Returns an outcome that is known at once without a poll: the page may be gone afterwards. */
const START = `
  const outcomes = (window.__outcomes ??= {})
  const key = arguments[0]
  const argument = JSON.parse(arguments[1])
  const success = (value) => ({ json: JSON.stringify(value) ?? null })
  const failure = (error) => ({ error: String(error?.stack && error?.message ? error.name + ': ' + error.message : error) })
  try {
    const value = (RUN)(argument)
    if (typeof value?.then !== 'function') return success(value)
    value.then((value) => { outcomes[key] = success(value) }, (error) => { outcomes[key] = failure(error) })
  } catch (error) {
    return failure(error)
  }
  return null`

const COLLECT = `
  if (!window.__outcomes) return { error: 'The page has navigated away.' }
  const outcome = window.__outcomes[arguments[0]]
  delete window.__outcomes[arguments[0]]
  return outcome ?? null`
