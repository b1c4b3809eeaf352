import { BearerWorkerError, type BearerWorkerErrorCode } from '../errors.ts'
import { within } from '../io/deadline.ts'
import type { EngineInPage } from '../page-part/engine-in-page.ts'
import type { CallName, Calls, Hello } from '../protocol.ts'
import { cookiesIn } from '../policy/placeholders.ts'
import type { PageAnswers } from './answer-questions.ts'
import { type Ask, askWorker, unwrap } from './ask.ts'
import type { SendHere } from './intercept/gate.ts'
import { nativeFetch } from './intercept/natives.ts'
import { given, ownFetch } from './intercept/own-classes.ts'
import { documentCookie } from './own-origin.ts'
import type { LoadedRoutes } from './loaded-routes.ts'
import { loadPagePart, loadPart } from './parts.ts'
import { isWorker, serviceWorkers } from './realm.ts'
import { installRevision, type Places, takeControl, withMissingPart } from './registration.ts'
import { tabAccount } from './tab-account.ts'
import { scopeTooNarrow } from './whose-worker.ts'
import { isAccountUnknown, watchAccounts, whenAccountIsTold } from './worker-account.ts'

/** What authorizes the requests of this page, and how to ask it. */
export interface Connection {
  readonly by: 'worker' | 'page'
  readonly ask: Ask
  readonly hello: Hello
  /** How this page sends requests itself; undefined where the browser sends them, and a worker answers. */
  readonly sendHere: SendHere | undefined
  /** Why no worker covers this page, where one should. */
  readonly problem?: BearerWorkerError
}

/** What a connection is made for. */
export interface PageToCover {
  readonly places: Places
  readonly answers: PageAnswers
  readonly routes: LoadedRoutes
}

/** Errors of a worker that does not cover this page. Any other is of the configuration, which is as wrong without a worker. */
const OF_THE_WORKER: readonly BearerWorkerErrorCode[] = [
  'other-worker',
  'scope-too-narrow',
  'worker-unavailable',
  'worker-stale',
  'timeout',
]

/**
 * ms that the first worker has to cover a page: its script may never come, or its installation never end. It is less than requests wait,
 * so that the page can cover itself before they leave without a token.
 */
const FIRST_MS = 12_000

/**
 * Connects to the worker; or, where none can run, is not ours, or does not cover this page within `limitMs`, to the same
 * engine in this page. Why a worker does not is told in the console. One that comes later takes over.
 */
export async function connect(page: PageToCover, limitMs = FIRST_MS): Promise<Connection> {
  // Whether one sees the requests of a worker, the worker cannot know: what is in the memory of one is left to it.
  if (!serviceWorkers()) return connectInPage(page, isWorker)
  try {
    return await connectToWorker(page, await within(limitMs, takeControl(page.places)))
  } catch (error) {
    return coverInstead(page, error as Error)
  }
}

/** Connects to the worker that controls this page. */
export async function connectToWorker(page: PageToCover, hello: Hello): Promise<Connection> {
  const { places, routes } = page
  installRevision(places, hello.revision).catch(() => {})
  const sendHere = routes.compare(hello) ? await sendBesideWorker(page) : undefined
  return { by: 'worker', hello, sendHere, ask: (name, call) => askController(places, name, call) }
}

/** Connects to the engine in this page, and tells why. Rejects with an error that has nothing to do with the worker. */
export async function coverInstead(page: PageToCover, error: Error): Promise<Connection> {
  const { places } = page
  const reason = reasonOf(error, places)
  if (!OF_THE_WORKER.includes(reason.code)) throw reason
  const { code, message } = reason
  try {
    const connection = await connectInPage(page, false)
    ;(await loadPagePart(places)).tellUncovered({ code, message, ...places })
    return { ...connection, problem: reason }
  } catch (error) {
    const failure = error as BearerWorkerError
    throw new BearerWorkerError({ ...failure, message: `${message}\n${failure.message}` }, failure)
  }
}

/** How a page sends its requests itself while a worker controls it. */
export async function sendBesideWorker(page: PageToCover): Promise<SendHere | undefined> {
  try {
    return (await connectInPage(page, true)).sendHere
  } catch (error) {
    // Until this page is loaded again, its requests go by the configuration that it was loaded with.
    console.warn(error)
    return undefined
  }
}

/** The configuration may have come to need a part since the page was connected, and a worker can import none once it is installed. */
async function askController<Name extends CallName>(
  places: Places,
  name: Name,
  call: Calls[Name]['call'],
): Promise<Calls[Name]['reply']> {
  try {
    return await askWorker(controller(), name, call)
  } catch (error) {
    if ((error as BearerWorkerError).code !== 'part-unavailable') throw error
    const next = await withMissingPart(places).catch(() => undefined)
    if (!next) throw error
    return askWorker(next, name, call)
  }
}

function controller(): ServiceWorker {
  const worker = navigator.serviceWorker.controller
  if (worker) return worker
  throw new BearerWorkerError({ code: 'worker-unavailable', message: 'No worker controls this page any more.' })
}

function reasonOf(error: Error, places: Places): BearerWorkerError {
  if (error.name === 'BearerWorkerError') return error as BearerWorkerError
  const isWithinOwnFolder = places.scope.startsWith(new URL('./', places.worker).href)
  if (error.name === 'SecurityError' && !isWithinOwnFolder) return scopeTooNarrow(places)
  const { href } = places.worker
  const isLate = error.name === 'TimeoutError'
  const message = isLate
    ? `${href} does not cover this page yet.`
    : `The browser does not run ${href}: ${error.message}`
  return new BearerWorkerError({ code: 'worker-unavailable', message }, error)
}

const engines = new Map<boolean, EngineInPage>()

async function connectInPage({ places, answers }: PageToCover, besideWorker: boolean): Promise<Connection> {
  const { engineInPage } = await loadPagePart(places)
  const engine =
    engines.get(besideWorker) ??
    engineInPage({
      fetch: ownFetch,
      given,
      configuration: places.config.href,
      script: places.worker.href,
      home: places.scope,
      besideWorker,
      inWorker: isWorker,
      isAccountUnknown,
      places,
      loadPart: (url, symbol) => loadPart(url, symbol, places.nonce),
      askPages: (question, limits) => answers.askHere(question, limits),
      provides: (session, account) => answers.provides(session, account),
      provided: () => answers.provided(),
      readCookies: async (names) => cookiesIn(documentCookie(), names),
    })
  engines.set(besideWorker, engine)
  const { call, fetch, booted, usesAccounts } = engine
  watchAccounts(usesAccounts)
  const ask: Ask = async (name, with_) => {
    if (isWorker) await booted().then(whenAccountIsTold)
    return unwrap(await call(name, { call: with_, account: tabAccount() }))
  }
  const send = (request: Request) => fetch(request, tabAccount())
  const sendHere: SendHere = (request) =>
    whenAccountIsTold()?.then(() => send(request) ?? nativeFetch(request)) ?? send(request)
  return { by: 'page', hello: await ask('hello', {}), sendHere, ask }
}
