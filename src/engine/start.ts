import { indexedDbStore } from '../io/session-store.ts'
import type { CallName, Notice } from '../protocol.ts'
import { answers, type EngineCall } from './answer.ts'
import { Engine } from './engine.ts'

export interface EngineOptions {
  /** The browser's own, never an interceptor. */
  readonly fetch: typeof fetch
  /** Absolute URL of the configuration, on the realm's own origin. */
  readonly configuration: string
  /** Absolute URL of the folder whose pages are covered. */
  readonly home: string
}

/** A booting engine on the real clock and the real store, in touch with the origin's other contexts. */
export function startEngine({ fetch, configuration, home }: EngineOptions): Engine {
  const { origin, pathname } = new URL(configuration)
  const engine: Engine = new Engine(
    {
      fetch,
      base: origin,
      configuration: pathname,
      home,
      now: Date.now,
      random: Math.random,
      store: indexedDbStore(() => engine.forget()),
      tell: (notice) => channel.postMessage(notice),
    },
    configuration,
  )
  void engine.boot()
  const channel = new BroadcastChannel(`bearer-worker ${pathname}`)
  channel.onmessage = ({ data }: MessageEvent<Notice>) => engine.heard(data)
  return engine
}

/** Answers a call of a page; what only a worker can do is nothing here. Rejects with what the call can fail with. */
export async function answer(engine: Engine, name: CallName, call: never): Promise<unknown> {
  await engine.boot()
  return isEngineCall(name) ? answers[name](engine, call) : undefined
}

export const isEngineCall = (name: unknown): name is EngineCall =>
  typeof name === 'string' && Object.hasOwn(answers, name)
