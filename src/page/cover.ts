import type { EngineInPage } from '../in-page/engine-in-page.ts'
import type { CallName, Calls, Hello } from '../protocol.ts'
import { type Ask, askWorker, valueOf } from './ask.ts'
import { interceptBeacon } from './intercept/beacon.ts'
import { concernsOf, readConcerns, type Concerns } from './intercept/concerns.ts'
import type { Cover } from './intercept/cover.ts'
import { interceptEventSource } from './intercept/event-source.ts'
import { interceptFetch } from './intercept/fetch.ts'
import { Gate, LIMIT_MS, type Way } from './intercept/gate.ts'
import { tracker } from './intercept/in-flight.ts'
import { nativeFetch } from './intercept/natives.ts'
import { interceptXhr } from './intercept/xhr.ts'
import { loadOffered } from './offered.ts'
import type { SessionViews } from './session-views.ts'
import { version } from '../version.ts'
import { isOurs, revisionOf, takeCover, type Places } from './registration.ts'

/** Who covers the requests of this page, and how to ask them. */
export interface Covered {
  readonly by: 'worker' | 'page'
  readonly ask: Ask
  readonly hello: Hello
}

/** A page that is covered, until a newer configuration comes. */
export interface Renewable extends Covered {
  /** Takes over what is in force now. */
  readonly renew: () => void
}

/** Covers this page: by the worker, or, where none can run, by the same engine in the page. Requests wait until then. */
export async function cover(places: Places, views: SessionViews): Promise<Renewable> {
  const gate = new Gate()
  const atHand = new Map<string, Readonly<Record<string, string>>>()
  let covered: Standing | undefined
  const ask = async <Name extends CallName>(name: Name, call: Calls[Name]['call']): Promise<Calls[Name]['reply']> =>
    // A worker that controls this page from its beginning hears it before it has said hello.
    covered ? covered.ask(name, call) : askWorker(await navigator.serviceWorker.ready, name, call)
  const keepAtHand = async (session: string): Promise<void> => {
    const header = await ask('atHand', { session }).catch(() => undefined)
    if (header) atHand.set(session, header)
    else atHand.delete(session)
  }
  const { serviceWorker } = navigator
  const isControlled = isOurs(serviceWorker?.controller, places)
  let routes = revisionOf(serviceWorker?.controller, places)

  let know!: (concerns: Concerns) => void
  const known = new Promise<Concerns>((resolve) => (know = resolve))
  setTimeout(() => know(() => undefined), LIMIT_MS)
  const interception: Cover = {
    gate,
    known,
    concerns: undefined,
    ask,
    atHand,
    // By a worker of this version, whose routes bring it all that is listed.
    mayMark: (url) =>
      covered?.hello.version === version &&
      !covered.hello.revision &&
      views.get(interception.concerns?.(url) ?? '')?.state === 'active',
    track: tracker((mark) => void ask('abort', { mark })),
    offered: () => loadOffered(places),
  }
  interceptFetch(interception)
  interceptXhr(interception)
  interceptBeacon(interception)
  interceptEventSource(interception)
  if (isControlled) gate.open(undefined)
  else void readConcerns(places.config, nativeFetch).then(know)

  const enter = (by: Standing) => {
    covered = by
    interception.concerns = concernsOf(by.hello.patterns)
    know(interception.concerns)
    gate.open(by.way)
    keepAll()
    return by
  }
  // Not at the beginning of a refresh, nor in its course: at its end.
  const keepAll = () =>
    covered!.hello.patterns.forEach(({ session }) => views.get(session)?.refreshing || void keepAtHand(session))
  try {
    const by = enter(await somebody(places))
    views.subscribe(keepAll)
    const controlling = () => revisionOf(serviceWorker?.controller, places)
    if (routes === undefined) routes = controlling()
    const isOutdated = () => (controlling() ?? routes) !== routes
    // A worker that took over while this page was on its way controls it from the beginning, but not its routes.
    let isLate = isOutdated() || (isControlled && by.hello.since! > performance.timeOrigin)
    const renew = async () => {
      const hello = await ask('hello', { version })
      enter({ ...covered!, hello, way: isLate ? await wayBeside(places) : covered!.way })
    }
    // Another worker has taken over: for a newer configuration, or, at last, one of this page's version.
    serviceWorker?.addEventListener('controllerchange', () => {
      isLate ||= isOutdated()
      if (isLate || covered!.hello.version !== version) renew().catch(() => {})
    })
    if (isLate) await renew()
    return {
      ...by,
      renew() {
        isLate = true
        renew().catch(() => {})
      },
    }
  } catch (error) {
    gate.open(undefined)
    throw error
  }
}

type Standing = Covered & { readonly way: Way }

async function somebody(places: Places): Promise<Standing> {
  if (navigator.serviceWorker) {
    try {
      const { registration, hello } = await takeCover(places)
      const way = hello.revision === undefined ? undefined : await wayBeside(places)
      return { by: 'worker', hello, way, ask: (name, call) => askWorker(registration, name, call) }
    } catch (error) {
      // Refused by the browser, not by us: an insecure origin, a private window, a policy.
      if ((error as Error).name === 'BearerWorkerError') throw error
    }
  }
  return inThisPage(places)
}

/** Chromium keeps the static routes that a page was loaded with: what is newly listed would pass any worker by. */
const wayBeside = async (places: Places): Promise<Way> => (await inThisPage(places, true).catch(() => undefined))?.way

let here: EngineInPage | undefined

async function inThisPage(places: Places, besideWorker = false): Promise<Standing> {
  const { engineInPage } = await loadOffered(places)
  const { call, way } = (here ??= engineInPage({
    fetch: nativeFetch,
    configuration: places.config.href,
    home: places.scope,
    besideWorker,
  }))
  const ask: Ask = async (name, with_) => valueOf(await call(name, with_))
  return { by: 'page', hello: await ask('hello', { version }), way, ask }
}
