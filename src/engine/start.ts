import { indexedDbStore } from '../io/session-store.ts'
import { asNotice } from '../policy/notice.ts'
import type { CallName } from '../protocol.ts'
import { type EngineCall, handlers } from './calls.ts'
import type { AskPages, Platform } from './platform.ts'
import { Engine, type Parts } from './engine.ts'

export interface EngineOptions {
  /** The browser's own, never an interceptor. */
  readonly fetch: typeof fetch
  /** Absolute URL of the configuration, on the realm's own origin. */
  readonly configuration: string
  /** Absolute URL of the worker's script. */
  readonly script: string
  /** Absolute URL of the folder whose pages are covered. */
  readonly home: string
  /** The engine runs in a page: tokens are in its memory anyway. */
  readonly inPage?: boolean
  readonly parts: Parts
  readonly askPages: AskPages
  readonly readCookies: Platform['readCookies']
}

/** A booting engine on the real clock and the real store, in touch with the origin's other contexts. */
export function startEngine({ configuration, script, parts, ...options }: EngineOptions): Engine {
  const { origin, pathname } = new URL(configuration)
  const channel = new BroadcastChannel(`bearer-worker ${pathname}`)
  const engine: Engine = new Engine(
    {
      ...options,
      base: origin,
      configuration: pathname,
      now: Date.now,
      random: Math.random,
      store: indexedDbStore(() => engine.invalidate()),
      tell: (notice) => channel.postMessage(notice),
    },
    { url: configuration, script },
    parts,
  )
  void engine.boot()
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    const notice = asNotice(data)
    if (notice) engine.heard(notice)
  }
  return engine
}

/** Answers a call of a page; undefined for one that only a worker can answer. Rejects with the error of the call. */
export async function answerCall(engine: Engine, name: CallName, call: never): Promise<unknown> {
  await engine.boot()
  return isEngineCall(name) ? handlers[name](engine, call) : undefined
}

export const isEngineCall = (name: unknown): name is EngineCall =>
  typeof name === 'string' && Object.hasOwn(handlers, name)
