/**
 * The border between two realms. This part runs in a frame of its own, whose functions no script of the page can replace.
 * What it hands to the page is made of the page's classes: one object of this realm would lead back to all of its functions.
 * And it calls functions of the page only as they were when the page script began, never through their prototypes.
 */

/** Functions and classes of the page, as they were before any later script ran. */
export interface PageNatives {
  readonly window: Window
  readonly fetch: typeof fetch
  readonly structuredClone: typeof structuredClone
  readonly parse: typeof JSON.parse
  readonly bind: typeof Function.prototype.bind
  readonly valueOf: typeof String.prototype.valueOf
  readonly Promise: typeof Promise
  readonly Response: typeof Response
  readonly Headers: typeof Headers
  readonly getHeader: typeof Headers.prototype.get
  readonly TypeError: typeof TypeError
  readonly DOMException: typeof DOMException
  readonly Event: typeof Event
  readonly ProgressEvent: typeof ProgressEvent
  readonly MessageEvent: typeof MessageEvent
  readonly open: typeof XMLHttpRequest.prototype.open
  readonly setRequestHeader: typeof XMLHttpRequest.prototype.setRequestHeader
  readonly getResponseHeader: typeof XMLHttpRequest.prototype.getResponseHeader
  readonly getAllResponseHeaders: typeof XMLHttpRequest.prototype.getAllResponseHeaders
}

const { apply, construct, defineProperty } = Reflect

export let page: PageNatives

export function openBorder(natives: PageNatives): void {
  page = natives
}

type Classes = {
  [Name in keyof PageNatives as PageNatives[Name] extends new (
    ...args: never[]
  ) => object
    ? Name
    : never]: PageNatives[Name] extends new (...args: infer Arguments) => infer Made ? [Arguments, Made] : never
}

/** An object of one of the page's classes. */
export const make = <Name extends keyof Classes>(name: Name, ...args: Classes[Name][0]): Classes[Name][1] =>
  construct(page[name] as unknown as new (...args: never[]) => object, args) as Classes[Name][1]

/**
 * A promise of the page's, settled like one of this realm. `map` makes its value one of the page's realm, which no promise of
 * this one may see: it would call the value's `then`, if the page gave it one.
 */
export function forPage<T, U>(work: Promise<T>, map: (value: T) => U): Promise<U> {
  return construct(page.Promise, [
    (resolve: (value: U) => void, reject: (error: unknown) => void) =>
      void work.then((value) => resolve(map(value))).catch((error: unknown) => reject(errorForPage(error))),
  ]) as Promise<U>
}

/** An error of this realm as one of the page's; one of the page's as it is. */
function errorForPage(error: unknown): unknown {
  if (error instanceof DOMException) return make('DOMException', error.message, error.name)
  return error instanceof Error ? make('TypeError', error.message) : error
}

/** A promise of this realm, settled like one of the page's, whose `then` and `constructor` may have been replaced. */
export function adopt<T, U>(promise: Promise<T>, map: (value: T) => U): Promise<U> {
  // Without it `then` looks for a class to make its promise with. https://tc39.es/ecma262/#sec-speciesconstructor
  defineProperty(promise, 'constructor', { value: undefined })
  return new Promise((resolve, reject) => {
    apply(Promise.prototype.then, promise, [(value: T) => resolve(map(value)), reject])
  })
}

/**
 * Reads a property of one of the page's objects by the getter of this realm: a hook of the page that is a Proxy would get an array of this realm.
 * @see https://tc39.es/ecma262/#sec-proxy-object-internal-methods-and-internal-slots-call-thisargument-argumentslist
 */
export const read = <T extends object, Name extends keyof T>(
  { prototype }: { readonly prototype: T },
  name: Name,
  object: T,
): T[Name] => Reflect.get(prototype, name, object) as T[Name]

/** A copy, of the page's classes, of data. */
export const copyForPage = <T>(data: T): T => apply(page.structuredClone, page.window, [data]) as T

/** The page's own `fetch`: its answer is one that the page can be given. */
export const pageFetch: typeof fetch = (input, init) =>
  adopt(apply(page.fetch, page.window, init ? [input, init] : [input]), shown)

/** The answers that stand behind what `shown` has returned. */
const answers = new WeakMap<Response, Response>()

/** An answer of the page's realm as code of this one can use it: what it calls are functions of this realm. */
function shown(answer: Response): Response {
  const proxy = new Proxy(answer, {
    get: (_, name) => {
      const value: unknown = Reflect.get(Response.prototype, name, answer)
      if (name === 'headers') return copyOf(value as Headers)
      if (name === 'body') return value && shownBody(value as ReadableStream<Uint8Array>)
      if (name === 'clone') return () => shown(apply(Response.prototype.clone, answer, []))
      return value
    },
  })
  answers.set(proxy, answer)
  return proxy
}

function copyOf(headers: Headers): Headers {
  const copy = new Headers()
  apply(Headers.prototype.forEach, headers, [(value: string, name: string) => copy.append(name, value)])
  return copy
}

function shownBody(stream: ReadableStream<Uint8Array>) {
  const { cancel, getReader } = ReadableStream.prototype
  const { read, cancel: cancelReader } = ReadableStreamDefaultReader.prototype
  return {
    cancel: () => adopt(apply(cancel, stream, []), () => {}),
    getReader: () => {
      const reader = apply(getReader, stream, []) as ReadableStreamDefaultReader<Uint8Array>
      return {
        read: () =>
          adopt(apply(read, reader, []) as ReturnType<typeof reader.read>, ({ done, value }) => ({ done, value })),
        cancel: () => adopt(apply(cancelReader, reader, []), () => {}),
      }
    },
  }
}

/** An answer as the page gets it. One that was read in this realm is made anew, with what the browser says of it. */
export async function answerForPage(answer: Response, url: string): Promise<{ readonly answer: Response }> {
  const own = answers.get(answer)
  if (own) return { answer: own }
  if (answer.type === 'error') throw new TypeError('Failed to fetch')
  const { status, statusText, headers, redirected } = answer
  const made = make('Response', await bodyForPage(answer), { status, statusText, headers: [...headers] })
  const described = {
    url: answer.url || url,
    redirected,
    type: answer.type === 'default' ? typeOf(url) : answer.type,
  }
  for (const [name, value] of Object.entries(described)) defineProperty(made, name, { value, configurable: true })
  return { answer: made }
}

const typeOf = (url: string): ResponseType => (new URL(url).origin === page.window.location.origin ? 'basic' : 'cors')

/** A body whose bytes are of the page's realm. */
async function bodyForPage(answer: Response): Promise<Blob | ReadableStream | null> {
  const { body } = answer
  if (!body) return null
  if (!/^\s*(text\/event-stream|multipart\/)/i.test(answer.headers.get('content-type') ?? '')) return answer.blob()
  return apply(page.structuredClone, page.window, [body, { transfer: [body] }]) as ReadableStream
}
