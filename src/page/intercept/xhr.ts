import { type Body, type Interception, isListed, type OpenedXhr } from './interception.ts'
import { addEventListener, apply, inPlaceOf, natives, pageNatives } from './natives.ts'
import { isSynchronous, sendSynchronous, XhrSender } from './xhr-send.ts'

const EVENTS = ['loadstart', 'progress', 'load', 'loadend', 'timeout', 'abort', 'readystatechange']

/** A constructor that returns what it is given: a class that extends it adds its private fields to any object. */
const Given = class {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: that is what it is for.
    return object
  }
}

/** What is known of an XMLHttpRequest, in a field of it that only this class can read: a `WeakMap` can be replaced. */
class Opened extends Given {
  #entry: OpenedXhr | undefined

  static of(xhr: XMLHttpRequest): OpenedXhr | undefined {
    return #entry in xhr ? (xhr as unknown as Opened).#entry : undefined
  }

  static set(xhr: XMLHttpRequest, entry: OpenedXhr): void {
    if (!(#entry in xhr)) new Opened(xhr)
    ;(xhr as unknown as Opened).#entry = entry
  }
}

/**
 * `XMLHttpRequest` waits at the gate, and tells the worker which requests were aborted. A request that a worker would
 * spoil is sent by the page: upload progress, which no engine reports behind a worker, and synchronous requests, which
 * pass by it.
 * @see https://github.com/w3c/ServiceWorker/issues/1141
 */
export function interceptXhr(interception: Interception): void {
  const { prototype } = XMLHttpRequest
  const sender = new XhrSender(interception)
  interceptConstructor()
  interceptUpload(sender)
  const patches = patchesOf(interception, sender)
  const browser = { ...natives, ...pageNatives }
  for (const name of ['open', 'setRequestHeader', 'send', 'abort'] as const) {
    prototype[name] = inPlaceOf(browser[name] as () => void, patches[name])
  }
}

function interceptConstructor(): void {
  XMLHttpRequest.prototype.constructor = window.XMLHttpRequest = new Proxy(XMLHttpRequest, {
    construct(Native, args, newTarget) {
      const xhr = Reflect.construct(Native, args, newTarget) as XMLHttpRequest
      listen(xhr, xhr)
      return xhr
    },
  })
}

/** A page that looks at `upload` wants its events: its request must not pass a worker. */
function interceptUpload(sender: XhrSender): void {
  const getUpload = natives.upload.get!
  Object.defineProperty(XMLHttpRequest.prototype, 'upload', {
    ...natives.upload,
    get: inPlaceOf(getUpload, function (this: XMLHttpRequest): XMLHttpRequestUpload {
      const upload = apply(getUpload, this, []) as XMLHttpRequestUpload
      if (!sender.wantsProgress.has(this)) listen(upload, this)
      sender.wantsProgress.add(this)
      return upload
    }),
  })
}

/** Listens before the page does: listeners are called in the order in which they were added. */
function listen(target: EventTarget, xhr: XMLHttpRequest): void {
  const look = (event: Event) => {
    const { type } = event
    const entry = Opened.of(xhr)
    if (!entry) return
    entry.guard?.(event)
    if (target !== xhr) return
    // Chromium reports an answer that broke off behind a worker as an abort, as if the page had given it up.
    if (type === 'abort' && entry.answered && !entry.over) {
      event.stopImmediatePropagation()
      xhr.dispatchEvent(new ProgressEvent('error'))
    }
    if (xhr.status) entry.answered = true
    if (xhr.status || /timeout|end/.test(type)) entry.endTracking?.(type === 'timeout')
  }
  for (const type of EVENTS) apply(addEventListener, target, [type, look])
}

function patchesOf(interception: Interception, sender: XhrSender) {
  const { gate } = interception
  return {
    open(this: XMLHttpRequest, ...given: Parameters<typeof pageNatives.open>): void {
      const entry = openedBy(given)
      apply(pageNatives.open, this, entry.args)
      giveUp(Opened.of(this))
      Opened.set(this, entry)
      if (isSynchronous(entry)) {
        const session = interception.matcher?.sessionOf(entry.url)
        if (session !== undefined) interception.synchronousHeaders(session)
      }
    },

    setRequestHeader(this: XMLHttpRequest, ...header: [name: string, value: string]): void {
      const entry = Opened.of(this)
      demandNotSent(entry)
      apply(pageNatives.setRequestHeader, this, header)
      entry?.headers.push(header)
    },

    send(this: XMLHttpRequest, body?: Body): void {
      const entry = Opened.of(this)
      if (!entry) return apply(natives.send, this, [body])
      demandNotSent(entry)
      if (isSynchronous(entry)) return sendSynchronous(this, entry, body, interception)
      if (gate.isOpen && (interception.matcher || !sender.mustBeSentHere(this, body))) {
        return sender.send(this, entry, body)
      }
      entry.waits = body ?? null
      const listed = isListed(interception, entry.url)
      void (gate.isOpen ? listed : gate.pass(listed)).then(() => {
        if (entry.over) return
        // Firefox decides in open() who answers: what was opened before the worker took over would pass by it.
        reopen(this, entry)
        sender.send(this, entry, body)
      })
    },

    abort(this: XMLHttpRequest): void {
      const entry = Opened.of(this)
      giveUp(entry)
      if (entry?.waits !== undefined && !entry.done) {
        // Sent now, to an address that answers nothing: so its end has all the events that the page waits for.
        apply(pageNatives.open, this, [entry.method, 'data:,', true])
        sender.sendNow(this, entry, entry.waits)
      }
      apply(natives.abort, this, [])
    },
  }
}

function openedBy(given: Parameters<typeof pageNatives.open>): OpenedXhr {
  // Converted once, as the browser does it: an object may return something else the next time.
  const args = given.map((each, index) => (index !== 2 && Object(each) === each ? `${each}` : each)) as typeof given
  const [method, url, , username] = args
  const parsed = URL.canParse(url, document.baseURI) ? new URL(url, document.baseURI) : new URL('about:invalid')
  if (username) parsed.username = username
  return { args, method: String(method).toUpperCase(), url: parsed.href, headers: [], over: false }
}

function reopen(xhr: XMLHttpRequest, { args, headers }: OpenedXhr): void {
  apply(pageNatives.open, xhr, args)
  for (const header of headers) apply(pageNatives.setRequestHeader, xhr, header)
}

function demandNotSent(entry: OpenedXhr | undefined): void {
  if (entry?.waits !== undefined) throw new DOMException('The request was sent already.', 'InvalidStateError')
}

/** The page aborts the request, or opens the object anew. */
function giveUp(entry: OpenedXhr | undefined): void {
  if (!entry) return
  entry.over = true
  entry.restore?.()
  entry.endTracking?.(true)
}
