import { now } from '../io/clock.ts'
import { openNoticeChannel } from '../io/notice-channel.ts'
import { random } from '../io/random.ts'
import { indexedDbStore } from '../io/session-store.ts'
import { toErrorData } from '../errors.ts'
import type { CallName, Notice, Reply } from '../protocol.ts'
import { type EngineCall, handlers } from './calls.ts'
import type { ReadFile } from './configuration-in-force.ts'
import type { AskPages, Platform, RefreshElsewhere } from './platform.ts'
import { Engine } from './engine.ts'
import type { Parts } from './parts.ts'

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
  /** A service worker runs as well: its history gets the entries of this engine, too. */
  readonly besideWorker?: boolean
  readonly parts: Parts
  /** Checks the content of the configuration: that of an app by default. */
  readonly read?: ReadFile
  readonly askPages: AskPages
  readonly refreshElsewhere?: RefreshElsewhere
  /** Called with each notice of another context. */
  readonly onNotice?: (notice: Notice) => void
  readonly readCookies: Platform['readCookies']
}

/** A booting engine on the real clock and the real store, in touch with the origin's other contexts. */
export function startEngine({
  configuration,
  script,
  parts,
  read,
  onNotice,
  besideWorker,
  ...options
}: EngineOptions): Engine {
  const { origin, pathname } = new URL(configuration)
  const tell = openNoticeChannel(pathname, (notice) => {
    engine.heard(notice)
    onNotice?.(notice)
  })
  const engine: Engine = new Engine(
    {
      ...options,
      base: origin,
      configuration: pathname,
      now,
      random,
      store: indexedDbStore(() => engine.invalidate()),
      tell: (notice) => tell(besideWorker && notice.kind === 'entries' ? { ...notice, direct: true } : notice),
    },
    { url: configuration, script, read },
    parts,
  )
  void engine.boot()
  return engine
}

/** A call of a page, and the account that the page has chosen. */
export interface FromPage {
  readonly call: object
  readonly account: string | undefined
}

/** Answers a call of a page; undefined for one that only a worker can answer. Rejects with the error of the call. */
export async function answerCall(engine: Engine, name: CallName, { call, account }: FromPage): Promise<unknown> {
  await engine.boot()
  return isEngineCall(name) ? handlers[name](engine, call as never, account) : undefined
}

/** The reply to a call: an error travels as data, since each file has an error class of its own. Never rejects. */
export async function replyWith(answer: Promise<unknown>): Promise<Reply> {
  try {
    return { ok: true, value: await answer }
  } catch (error) {
    return { ok: false, error: toErrorData(error) }
  }
}

export const isEngineCall = (name: unknown): name is EngineCall =>
  typeof name === 'string' && Object.hasOwn(handlers, name)
