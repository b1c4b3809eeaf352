import { unlessAborted, wait } from '../io/deadline.ts'
import type { AskPages } from '../engine/platform.ts'
import type { PageHeard, PageQuestion, PageReply } from '../protocol.ts'

declare const self: ServiceWorkerGlobalScope

/** ms after which the worker looks whether the page that it asked is still open, or another page provides. */
const LOOK_MS = 500

/** ms in which a page says that it has heard a question. One that does not has no page script, or is frozen: the next one is asked. */
const HEARD_MS = 1_000

/** Asks the pages of the site, one after the other, until one replies something else than `pass`. */
export const askPages: AskPages = async (question, { limitMs, signal }) => {
  const asked = new Set<string>()
  const over = AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
  while (!over.aborted) {
    const page = (await openPages()).find(({ id }) => !asked.has(id))
    if (!page) {
      if (question.ask !== 'provide') return undefined
      // A page that has just been opened may be about to register its provider.
      await unlessAborted(over, wait(LOOK_MS))
      asked.clear()
      continue
    }
    asked.add(page.id)
    const reply = await askPage(page, question, over)
    if (reply && reply.kind !== 'pass') return reply
  }
  return undefined
}

/** The pages of the site, the one that the user looks at first. */
async function openPages(): Promise<readonly WindowClient[]> {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const rank = ({ focused, visibilityState }: WindowClient) => Number(!focused) + Number(visibilityState !== 'visible')
  return [...pages].sort((a, b) => rank(a) - rank(b))
}

/** Resolves with undefined when the page is closed, or when nobody waits any more; the page is told then. */
export async function askPage(
  page: WindowClient,
  question: PageQuestion,
  over: AbortSignal,
): Promise<PageReply | undefined> {
  const { port1, port2 } = new MessageChannel()
  const settled = new AbortController()
  let isHeard = false
  const replied = new Promise<PageReply>((resolve) => {
    port1.onmessage = ({ data }: MessageEvent<PageHeard | PageReply>) => {
      isHeard = true
      if (data.kind !== 'heard') resolve(data)
    }
    page.postMessage({ bearerWorker: 1, question }, [port2])
  })
  const unheard = wait(HEARD_MS).then(() => (isHeard ? new Promise<undefined>(() => {}) : undefined))
  const closed = whenClosed(page, AbortSignal.any([over, settled.signal]))
  const reply = await unlessAborted(over, Promise.race([replied, closed, unheard]))
  settled.abort()
  // A page that has no answer is told that nobody waits for one.
  if (!reply) port1.postMessage(undefined)
  port1.close()
  return reply
}

/** Resolves when the page is closed, of which its port says nothing. */
async function whenClosed({ id }: WindowClient, over: AbortSignal): Promise<undefined> {
  while (!over.aborted && (await self.clients.get(id))) await unlessAborted(over, wait(LOOK_MS))
  return undefined
}

interface CookieStoreLike {
  get(name: string): Promise<{ readonly value?: string } | null>
}

/**
 * Cookies by their names: read here where the browser lets a worker read them, else by a page. That a worker has a
 * `cookieStore` does not mean that it finds them: in Firefox it does not.
 */
export async function readCookies(names: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const { cookieStore } = self as unknown as { readonly cookieStore?: CookieStoreLike }
  const own: Record<string, string> = {}
  for (const name of cookieStore ? names : []) {
    const value = (await cookieStore?.get(name).catch(() => null))?.value
    if (value !== undefined) own[name] = value
  }
  const missing = names.filter((name) => !Object.hasOwn(own, name))
  if (missing.length === 0) return own
  const signal = new AbortController().signal
  const reply = await askPages({ ask: 'cookies', names: missing }, { limitMs: 2_000, signal })
  return reply?.kind === 'provided' ? { ...(reply.value as Record<string, string>), ...own } : own
}
