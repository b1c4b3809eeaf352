import { toErrorData } from '../errors.ts'
import { answer, type EngineOptions, startEngine } from '../engine/start.ts'
import type { CallName, Reply } from '../protocol.ts'

/** The worker's work, done in a page. */
export interface EngineInPage {
  /** Answers as the worker does: an error travels as data, since each of the two files has a class of its own. */
  readonly call: (name: CallName, call: object) => Promise<Reply>
  /** Answers a request that matches; undefined for any other. Rejects as `fetch` does. */
  readonly way: (request: Request) => Promise<Response> | undefined
}

export interface EngineInPageOptions extends EngineOptions {
  /** A worker is there as well, and alone has what is kept in memory. */
  readonly besideWorker: boolean
}

export function engineInPage({ besideWorker, ...options }: EngineInPageOptions): EngineInPage {
  const engine = startEngine(options)
  const isElsewhere = (name: string) =>
    besideWorker &&
    engine.inForce!.matcher.compiled.some(({ config }) => config.name === name && config.storage === 'memory')
  return {
    call: (name, call) =>
      answer(engine, name, call as never).then(
        (value): Reply => ({ ok: true, value }),
        (error: unknown): Reply => ({ ok: false, error: toErrorData(error) }),
      ),
    way(request) {
      const match = engine.inForce?.matcher.match(request)
      if (!match || request.headers.has(engine.inForce!.headers.get(match.session)!) || isElsewhere(match.session))
        return undefined
      return engine.respond(request, match, { keepAlive: () => {}, signal: request.signal }).then((response) => {
        if (response.type === 'error') throw new TypeError('Failed to fetch')
        return response
      })
    },
  }
}
