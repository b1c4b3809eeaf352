import { isAtMost, isBodyless } from '../../io/body.ts'
import { nativeFetch } from '../intercept/natives.ts'

/** The attempts of one request. A body is kept for the next one before it is used. @see https://fetch.spec.whatwg.org/#dom-request-clone */
export class Attempts {
  readonly signal: AbortSignal
  readonly #isBodyless: boolean
  readonly #isStreamed: boolean
  #next: Request

  /**
   * @param request of `ownClasses`, so that no script of the page sees its headers
   * @param isStreamed its body is a stream of the page's, which cannot be sent again
   */
  constructor(request: Request, isStreamed: boolean) {
    this.signal = request.signal
    this.#isBodyless = isBodyless(request)
    this.#isStreamed = isStreamed
    this.#next = request
  }

  /** Sends it with these credentials, or without any. */
  send(credentials: string | undefined): Promise<Response> {
    const request = this.#next
    if (!this.#isBodyless && !this.#isStreamed) this.#next = request.clone()
    if (credentials === undefined) request.headers.delete('Authorization')
    else request.headers.set('Authorization', credentials)
    return nativeFetch(request)
  }

  /** Bytes of its body, as far as they matter: 0 where it can be sent again, else Infinity. */
  async bytes(limit: number): Promise<number> {
    if (this.#isBodyless) return 0
    return !this.#isStreamed && (await isAtMost(limit, this.#next.clone())) ? 0 : Number.POSITIVE_INFINITY
  }
}
