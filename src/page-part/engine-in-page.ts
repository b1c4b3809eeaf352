import { answerCall, type EngineOptions, type FromPage, replyWith, startEngine } from '../engine/start.ts'
import type { CallName, Reply } from '../protocol.ts'
import { loadOAuthPart, type PartLoading } from './oauth-part.ts'
import { type OwnProviders, refreshingElsewhere } from './refresh-elsewhere.ts'

/** The engine, running in a page. */
export interface EngineInPage {
  /** Answers as the worker does: an error travels as data, since each file has an error class of its own. */
  readonly call: (name: CallName, from: FromPage) => Promise<Reply>
  /** Answers a request that matches; undefined for any other. Rejects as `fetch` does. */
  readonly fetch: (request: Request, account: string | undefined) => Promise<Response> | undefined
}

export interface EngineInPageOptions
  extends Omit<EngineOptions, 'parts' | 'inPage' | 'refreshElsewhere' | 'onNotice'>,
    PartLoading,
    OwnProviders {
  /** A worker runs as well, and it alone has the tokens that are kept in memory. */
  readonly besideWorker: boolean
  /** Gives an object of the engine the prototype that a page expects. */
  readonly given: <T>(value: T) => T
}

export function engineInPage({ besideWorker, loadPart, places, given, ...options }: EngineInPageOptions): EngineInPage {
  const parts = { authorizationServers: () => loadOAuthPart({ loadPart, places }) }
  const { provides, provided, ...ofEngine } = options
  const elsewhere = refreshingElsewhere({ provides, provided })
  const engine = startEngine({ ...ofEngine, ...elsewhere, parts, inPage: !besideWorker })
  const hasTokens = (name: string) =>
    !besideWorker ||
    !engine.inForce?.configuration.sessions.some((each) => each.name === name && each.storage === 'memory')
  return {
    call: (name, from) => replyWith(answerCall(engine, name, from)),
    fetch(request, account) {
      const match = engine.match(request, (name) => request.headers.get(name), account)
      if (!match || !hasTokens(match.session)) return undefined
      return engine.respond(request, match, { keepAlive: () => {}, signal: request.signal }).then((response) => {
        if (response.type === 'error') throw new TypeError('Failed to fetch')
        given(response.headers)
        given(response.body)
        return given(response)
      })
    },
  }
}
