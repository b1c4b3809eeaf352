import { wait, within } from '../io/deadline.ts'
import type { AskPages } from '../engine/platform.ts'
import type { PageQuestion, PageReply } from '../protocol.ts'

declare const self: ServiceWorkerGlobalScope

/** ms after which the worker looks whether the page that it asked is still open, or another page provides. */
const LOOK_MS = 500

/** Asks the pages of the site, one after the other, until one replies something else than `pass`. */
export const askPages: AskPages = async (question, { limitMs, signal }) => {
  const asked = new Set<string>()
  const end = Date.now() + limitMs
  for (;;) {
    if (signal.aborted || Date.now() >= end) return undefined
    const page = (await openPages()).find(({ id }) => !asked.has(id))
    if (!page) {
      if (question.ask === 'cookies') return undefined
      // A page that has just been opened may be about to register its provider.
      await wait(LOOK_MS)
      asked.clear()
      continue
    }
    asked.add(page.id)
    const reply = await Promise.race([
      within(Math.max(end - Date.now(), 0), ask(page, question)).catch(() => undefined),
      closed(page, end),
    ])
    if (reply && reply.kind !== 'pass') return reply
  }
}

/** The pages of the site, the one that the user looks at first. */
async function openPages(): Promise<readonly WindowClient[]> {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const rank = ({ focused, visibilityState }: WindowClient) => Number(!focused) + Number(visibilityState !== 'visible')
  return [...pages].sort((a, b) => rank(a) - rank(b))
}

function ask(page: WindowClient, question: PageQuestion): Promise<PageReply> {
  const { port1, port2 } = new MessageChannel()
  return new Promise<PageReply>((resolve) => {
    port1.onmessage = ({ data }: MessageEvent<PageReply>) => resolve(data)
    page.postMessage({ bearerWorker: 1, question }, [port2])
  }).finally(() => port1.close())
}

/** Resolves with undefined when the page is closed: its port says nothing of that. */
async function closed({ id }: WindowClient, end: number): Promise<undefined> {
  while (Date.now() < end && (await self.clients.get(id))) await wait(LOOK_MS)
  return undefined
}

interface CookieStoreLike {
  get(name: string): Promise<{ readonly value?: string } | null>
}

/** Cookies by their names: read here where the browser lets a worker read them (Firefox does not), else by a page. */
export async function readCookies(names: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const { cookieStore } = self as unknown as { readonly cookieStore?: CookieStoreLike }
  if (!cookieStore) {
    const reply = await askPages({ ask: 'cookies', names }, { limitMs: 2_000, signal: new AbortController().signal })
    return reply?.kind === 'provided' ? (reply.value as Record<string, string>) : {}
  }
  const found = await Promise.all(names.map(async (name) => [name, (await cookieStore.get(name))?.value] as const))
  return Object.fromEntries(found.filter((pair): pair is readonly [string, string] => pair[1] !== undefined))
}
