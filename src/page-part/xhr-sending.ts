/** What the page script keeps of an XMLHttpRequest after `open()`, as far as this part uses it. */
export interface XhrEntry {
  readonly args: Parameters<typeof XMLHttpRequest.prototype.open>
  readonly method: string
  readonly url: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The page gave it up, or opened it anew. */
  readonly over: boolean
  /** It has been answered, not by the browser. */
  done?: boolean
  /** Looks at its events before the page does. */
  guard?: (event: Event) => void
  /** Takes back what was changed of the object for this request. */
  restore?: () => void
}

/** An XMLHttpRequest that this part sends. */
export interface XhrSending {
  readonly xhr: XMLHttpRequest
  readonly entry: XhrEntry
  readonly body: XMLHttpRequestBodyInit | null
  /** Bytes of the body, Infinity for one that cannot be sent again. */
  readonly bytes: number
  /** The worker that decides; undefined where the engine in this realm does. */
  readonly worker: (() => ServiceWorker | null | undefined) | undefined
  /** Has the browser send it, with all the events that the page waits for. */
  readonly send: () => void
}
