import { staysBehind } from '../../engine/authorize.ts'
import { globalFunction } from '../own-origin.ts'
import type { Interception } from './interception.ts'
import type { Headers } from '../synchronous-headers.ts'
import { tabAccount } from '../tab-account.ts'
import { ownClasses } from './own-classes.ts'
import { hasReplacedMembers } from './replaced-members.ts'
import { inPlaceOf } from './natives.ts'
import { standBehind, standFor } from './stand-in.ts'

interface FetchLaterResult {
  readonly activated: boolean
}

interface FetchLaterInit extends RequestInit {
  readonly activateAfter?: number
}

type FetchLater = (input: RequestInfo | URL, init?: FetchLaterInit) => FetchLaterResult

/**
 * A request of `fetchLater` leaves when the page is gone, and passes by every worker: it has to have the token before that, so
 * only that of a session with `exposeAccessToken` or `direct` can have it. It is made again whenever there is a newer token.
 * @see https://github.com/WICG/pending-beacon/blob/main/docs/fetch-later-api.md
 */
export function interceptFetchLater(interception: Interception): void {
  const scope = globalThis as { fetchLater?: FetchLater }
  const native = globalFunction<FetchLater>('fetchLater')
  const Result = globalFunction<{ readonly prototype: FetchLaterResult }>('FetchLaterResult')
  if (!native || !Result) return
  standBehind(Result.prototype)
  scope.fetchLater = inPlaceOf(native, function fetchLater(...args: Parameters<FetchLater>): FetchLaterResult {
    const request = args.length > 0 && requestOf(args)
    if (!request) return native(...args)
    const deferred = new DeferredFetch(native, request, args[1]?.activateAfter)
    void deferred.follow(interception).catch(() => {})
    const result = Object.create(Result.prototype) as FetchLaterResult
    standFor(result, deferred)
    return result
  })
}

/** Undefined for what can have no token, and for what the browser refuses: it says itself why. */
function requestOf([input, init]: Parameters<FetchLater>): Request | undefined {
  try {
    const request = new Request(input instanceof Request ? input.clone() : input, init)
    return request.mode === 'no-cors' || request.signal.aborted ? undefined : request
  } catch {
    return undefined
  }
}

class DeferredFetch implements FetchLaterResult {
  readonly #native: FetchLater
  readonly #request: Request
  /** When it leaves at the latest: by `performance.now()`. */
  readonly #until: number | undefined
  #result: FetchLaterResult
  #taken = new AbortController()

  /** Throws what the browser throws. */
  constructor(native: FetchLater, request: Request, activateAfter: number | undefined) {
    this.#native = native.bind(globalThis)
    this.#request = request
    this.#result = this.#arm({}, activateAfter)
    this.#until = activateAfter === undefined ? undefined : performance.now() + Number(activateAfter)
  }

  get activated(): boolean {
    return this.#result.activated
  }

  /** Puts the header on as soon as it is known, and whenever it is another. */
  async follow({ matcher, known, followHeaders }: Interception): Promise<void> {
    const account = tabAccount()
    const { url, method, mode, headers, signal } = this.#request
    const rules = matcher ?? (await known)
    if (hasReplacedMembers()) return
    const match = rules.match({ url, method, mode, destination: '' }, (name) => headers.get(name))
    if (!match?.authorize) return
    let last = '{}'
    const onHeaders = (known: Headers = {}): boolean => {
      if (this.activated || signal.aborted) return false
      if (ownClasses.JSON.stringify(known) === last) return true
      last = ownClasses.JSON.stringify(known)
      // In one task: it cannot leave in between.
      this.#taken.abort()
      this.#taken = new AbortController()
      try {
        this.#result = this.#arm(known, this.#left())
      } catch {
        // With the header it is larger than its quota: it leaves as the page made it.
        this.#result = this.#arm({}, this.#left())
      }
      return true
    }
    followHeaders({ token: match, url, account, onHeaders })
  }

  #left(): number | undefined {
    return this.#until === undefined ? undefined : Math.max(this.#until - performance.now(), 0)
  }

  #arm(added: Readonly<Record<string, string>>, activateAfter: number | undefined): FetchLaterResult {
    const { signal, redirect, referrer, referrerPolicy } = this.#request
    const headers = ownClasses.Object.entries(added)
    const isSentOn = headers.some(([name]) => !staysBehind(name)) && redirect === 'follow'
    const request = new ownClasses.Request(this.#request.clone(), {
      signal: AbortSignal.any([signal, this.#taken.signal]),
      redirect: isSentOn ? 'error' : redirect,
      // A Request that is made with any member has lost these two. @see https://fetch.spec.whatwg.org/#dom-request
      referrer,
      referrerPolicy,
    })
    for (const [name, value] of headers) request.headers.set(name, value)
    return activateAfter === undefined ? this.#native(request) : this.#native(request, { activateAfter })
  }
}
