import { indexedDbStore } from '../io/session-store.ts'
import type { Notice } from '../protocol.ts'
import { answers, type EngineCall } from './answer.ts'
import { Engine } from './engine.ts'

export interface EngineOptions {
  /** The browser's own, never an interceptor. */
  readonly fetch: typeof fetch
  /** Absolute URL of the configuration, on the realm's own origin. */
  readonly configuration: string
  /** In a page, its own listeners hear what is told, too: a channel does not speak to itself. */
  readonly hear?: (notice: Notice) => void
}

/** An engine on the real clock and the real store, in touch with the origin's other contexts. */
export function startEngine({ fetch, configuration, hear }: EngineOptions): Engine {
  const { origin, pathname } = new URL(configuration)
  const channel = new BroadcastChannel(`bearer-worker ${pathname}`)
  const engine: Engine = new Engine(
    {
      fetch,
      base: origin,
      configuration: pathname,
      now: Date.now,
      random: Math.random,
      store: indexedDbStore(() => engine.forget()),
      tell: (notice) => {
        channel.postMessage(notice)
        hear?.(notice)
      },
    },
    configuration,
  )
  channel.onmessage = ({ data }: MessageEvent<Notice>) => engine.heard(data)
  return engine
}

/** Answers a call of a page. Rejects with what the call can fail with. */
export function answer(engine: Engine, name: EngineCall, call: never): Promise<unknown> {
  return answers[name](engine, call)
}

export const isEngineCall = (name: unknown): name is EngineCall => typeof name === 'string' && Object.hasOwn(answers, name)
