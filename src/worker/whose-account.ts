/** Which account the requests of a client go as. The tab has chosen it, and only its pages know: they tell with each call. */
import { isAccount } from '../policy/account.ts'
import { type Chosen, UNKNOWN } from '../policy/navigation-account.ts'
import { LONGEST_HOLD_MS } from '../policy/schedule.ts'
import type { Match } from '../engine/matcher.ts'
import type { Engine } from '../engine/engine.ts'
import { warn } from '../io/console.ts'
import { wait } from '../io/deadline.ts'
import type { PageHeard, PageQuestion, PageReply } from '../protocol.ts'
import { accountOfAllPages, accountOfNavigation } from './whose-navigation.ts'

declare const self: ServiceWorkerGlobalScope

/** ms for the page that a navigation leaves: its page script, if it has one, has run long ago. */
const LEAVING_PAGE_MS = 2_000
/** ms after which the worker looks whether the page that it asked is still open. */
const LOOK_MS = 500

interface Asked {
  readonly answer: Promise<Chosen>
  readonly settle: (account: Chosen) => void
}

/** Clients that were asked, and have not told yet. */
const asked = new Map<string, Asked>()

/** A client tells its account. Resolves once that is stored; undefined where nothing is new. */
export function tellAccount(
  { choices }: Engine,
  client: string,
  account: string | undefined,
): Promise<unknown> | undefined {
  asked.get(client)?.settle(account)
  asked.delete(client)
  return choices.tell(client, account)
}

/** A dedicated worker goes as the page that makes it. A shared one has no such page. */
export function noteWorker({ request, clientId, resultingClientId }: FetchEvent, { choices }: Engine): void {
  if (!choices.areUsed || request.destination !== 'worker' || resultingClientId === '') return
  const account = choices.of(clientId)
  if (account !== undefined) void choices.tell(resultingClientId, account ?? undefined)
}

/** The account that a request goes as: at once, where no account is in use or its client has told. */
export function accountOf(event: FetchEvent, engine: Engine, match: Match): Chosen | Promise<Chosen> {
  const { choices } = engine
  if (!choices.areUsed) return undefined
  const { clientId, request } = event
  const told = choices.of(clientId)
  if (told !== undefined) return told ?? undefined
  const isNavigation = request.mode === 'navigate'
  // Chromium says which page a navigation replaces.
  if (clientId !== '') return askClient(clientId, engine, isNavigation ? LEAVING_PAGE_MS : LONGEST_HOLD_MS)
  if (!isNavigation) return UNKNOWN
  return isUnnamedSignedIn(engine, match).then((isSignedIn) => accountOfNavigation(request, choices, isSignedIn))
}

async function isUnnamedSignedIn(engine: Engine, { session }: Match): Promise<boolean> {
  const { stored } = await engine.session(session)
  return (await stored.read()).state === 'active'
}

function askClient(client: string, engine: Engine, limitMs: number): Promise<Chosen> {
  const before = asked.get(client)
  if (before) return before.answer
  let settle!: (account: Chosen) => void
  const answer = new Promise<Chosen>((resolve) => (settle = resolve))
  asked.set(client, { answer, settle })
  const over = new AbortController()
  void ask(client, engine, AbortSignal.any([over.signal, AbortSignal.timeout(limitMs)])).then(settle)
  return answer.finally(() => over.abort())
}

/** One that has no page script never answers: it is asked once. */
async function ask(id: string, engine: Engine, over: AbortSignal): Promise<Chosen> {
  const client = await self.clients.get(id)
  if (!client) return UNKNOWN
  // A worker is of one of the pages.
  if (client.type !== 'window') return accountOfAllPages(engine.choices)
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = ({ data }: MessageEvent<PageHeard | PageReply>) => {
    if (data.kind === 'heard') return
    const account = data.kind === 'provided' && isAccount(data.value) ? data.value : undefined
    void tellAccount(engine, id, account)
  }
  client.postMessage({ bearerWorker: 1, question: { ask: 'account' } satisfies PageQuestion }, [port2])
  while (!over.aborted && (await self.clients.get(id))) await wait(LOOK_MS)
  port1.close()
  if (!over.aborted) asked.delete(id)
  else if (engine.choices.of(id) === undefined) warnUnknown(client.url)
  return UNKNOWN
}

function warnUnknown(url: string): void {
  warn(
    `${new URL(url).pathname} has not said which account it goes as, so its requests go without a token. Put the script tag first into its head.`,
  )
}
