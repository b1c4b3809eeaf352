import { answerCall, type EngineOptions, type FromPage, replyWith, startEngine } from '../engine/start.ts'
import { answerInWorker, whyLeft } from './in-worker.ts'
import { BearerWorkerError } from '../errors.ts'
import { unlessAborted } from '../io/deadline.ts'
import type { CallName, Reply } from '../protocol.ts'
import { loadOAuthPart, type PartLoading } from './oauth-part.ts'
import { type OwnProviders, refreshingElsewhere } from './refresh-elsewhere.ts'

/** The engine, running in a page, or in a worker that has the page script. */
export interface EngineInPage {
  /** Answers as the worker does: an error travels as data, since each file has an error class of its own. */
  readonly call: (name: CallName, from: FromPage) => Promise<Reply>
  /** Answers a request that matches; undefined for any other. Rejects as `fetch` does. */
  readonly fetch: (request: Request, account: string | undefined) => Promise<Response> | undefined
  /** Resolves once it knows what is stored. */
  readonly booted: () => Promise<void>
  /** Whether any account has a name on this device. */
  readonly usesAccounts: () => boolean
}

export interface EngineInPageOptions
  extends Omit<EngineOptions, 'parts' | 'inPage' | 'refreshElsewhere' | 'onNotice' | 'besideWorker'>,
    PartLoading,
    OwnProviders {
  /** A worker runs as well, and it alone has the tokens that are kept in memory. */
  readonly besideWorker: boolean
  /** This is a dedicated or shared worker: what only a page can do is left to the service worker. */
  readonly inWorker: boolean
  /** In a worker: whether accounts are in use, and nobody has said which one it goes as. */
  readonly isAccountUnknown: () => boolean
  /** Gives an object of the engine the prototype that a page expects. */
  readonly given: <T>(value: T) => T
}

export function engineInPage({
  loadPart,
  places,
  given,
  inWorker,
  isAccountUnknown,
  ...options
}: EngineInPageOptions): EngineInPage {
  const { besideWorker } = options
  const parts = { authorizationServers: () => loadOAuthPart({ loadPart, places }) }
  const { provides, provided, ...ofEngine } = options
  const elsewhere = refreshingElsewhere({ provides, provided })
  const engine = startEngine({ ...ofEngine, ...elsewhere, parts, inPage: !besideWorker })
  const why = (name: string | undefined) => {
    const config = engine.inForce?.configuration.sessions.find((each) => each.name === name)
    if (!config || !besideWorker) return undefined
    if (inWorker && isAccountUnknown()) return 'nobody has said which account this worker goes as: call use() in it'
    return inWorker || config.storage === 'memory' ? whyLeft(config) : undefined
  }
  const answer = inWorker
    ? (name: CallName, from: FromPage) => answerInWorker(engine, { whyLeft: why, isAccountUnknown }, name, from)
    : (name: CallName, from: FromPage) => answerCall(engine, name, from)
  return {
    booted: () => engine.boot(),
    usesAccounts: () => engine.choices.areUsed,
    call: (name, from) => replyWith(answer(name, from)),
    fetch(request, account) {
      const match = engine.match(request, (name) => request.headers.get(name), account)
      if (!match || why(match.session) !== undefined) return undefined
      const { signal } = request
      // At once, also while it waits for a refresh, which serves others as well.
      const answer = unlessAborted(signal, engine.respond(request, match, { keepAlive: () => {}, signal }))
      return answer.then(
        (response) => {
          if (!response) throw signal.reason
          if (response.type === 'error') throw new TypeError('Failed to fetch')
          given(response.headers)
          given(response.body)
          return given(response)
        },
        (error: unknown) => {
          // The store may not answer, which a page sees as it would see a network error.
          if (error instanceof BearerWorkerError) throw new TypeError('Failed to fetch', { cause: error })
          throw error
        },
      )
    },
  }
}
