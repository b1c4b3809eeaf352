import { sendXhrDirectly } from '../direct/xhr.ts'
import { type Body, type Interception, isListed, type OpenedXhr } from './interception.ts'
import { address } from './address.ts'
import { baseUrl } from '../own-origin.ts'
import { isWorker } from '../realm.ts'
import { inPlaceOf, natives } from './natives.ts'
import { apply } from './own-classes.ts'
import { isSynchronous, sendSynchronous, sizeOf, XhrSender } from './xhr-send.ts'

const EVENTS = ['loadstart', 'progress', 'load', 'loadend', 'timeout', 'abort', 'readystatechange']

/**
 * `XMLHttpRequest` waits at the gate, and tells the worker which requests were aborted. A request that would lose something behind a
 * worker is sent by the page: upload progress, which no engine reports behind a worker, and synchronous requests, which
 * pass by it.
 * @see https://github.com/w3c/ServiceWorker/issues/1141
 */
export function interceptXhr(interception: Interception): void {
  const { prototype } = XMLHttpRequest
  const opened = new WeakMap<XMLHttpRequest, OpenedXhr>()
  const sender = new XhrSender(interception)
  interceptConstructor(opened)
  interceptUpload(opened, sender)
  const patches = patchesOf(interception, opened, sender)
  for (const name of ['open', 'setRequestHeader', 'send', 'abort'] as const) {
    prototype[name] = inPlaceOf(natives[name], patches[name]) as never
  }
}

function interceptConstructor(opened: WeakMap<XMLHttpRequest, OpenedXhr>): void {
  XMLHttpRequest.prototype.constructor = globalThis.XMLHttpRequest = new Proxy(XMLHttpRequest, {
    construct(Native, args, newTarget) {
      const xhr = Reflect.construct(Native, args, newTarget) as XMLHttpRequest
      listen(xhr, xhr, opened)
      return xhr
    },
  })
}

/** A page that looks at `upload` wants its events: its request must not pass a worker. */
function interceptUpload(opened: WeakMap<XMLHttpRequest, OpenedXhr>, sender: XhrSender): void {
  Object.defineProperty(XMLHttpRequest.prototype, 'upload', {
    ...natives.upload,
    get: inPlaceOf(natives.upload.get!, function upload(this: XMLHttpRequest): XMLHttpRequestUpload {
      const upload = natives.upload.get!.call(this) as XMLHttpRequestUpload
      if (!sender.wantsProgress.has(this)) listen(upload, this, opened)
      sender.wantsProgress.add(this)
      return upload
    }),
  })
}

/** Listens before the page does: listeners are called in the order in which they were added. */
function listen(target: EventTarget, xhr: XMLHttpRequest, opened: WeakMap<XMLHttpRequest, OpenedXhr>): void {
  for (const type of EVENTS) {
    target.addEventListener(type, (event) => {
      const entry = opened.get(xhr)
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
    })
  }
}

function patchesOf(interception: Interception, opened: WeakMap<XMLHttpRequest, OpenedXhr>, sender: XhrSender) {
  const { gate } = interception
  const sendByWorker = (xhr: XMLHttpRequest, entry: OpenedXhr, body: Body): void => {
    if (gate.isOpen && interception.mustNotLeave(entry)) return sender.fail(xhr, entry)
    if (gate.isOpen && (interception.matcher || !sender.mustBeSentHere(xhr, body))) {
      return sender.send(xhr, entry, body)
    }
    entry.waits = body ?? null
    const listed = isListed(interception, entry.url)
    void (gate.isOpen ? listed : gate.pass(listed)).then(() => {
      if (entry.over) return
      if (interception.mustNotLeave(entry)) return sender.fail(xhr, entry)
      // Firefox decides in open() who answers: what was opened before the worker took over would pass by it.
      if (!isWorker) reopen(xhr, entry)
      sender.send(xhr, entry, body)
    })
  }
  return {
    open(this: XMLHttpRequest, ...given: Parameters<typeof natives.open>): void {
      const entry = openedBy(given)
      // Not by its own apply(), which a script may have replaced: what is opened has to be what the entry says.
      apply(natives.open, this, entry.args)
      giveUp(opened.get(this))
      opened.set(this, entry)
      if (isSynchronous(entry)) {
        const token = interception.matcher?.tokenOf(entry.url)
        if (token) interception.synchronousHeaders(token, entry.url)
      }
    },

    setRequestHeader(this: XMLHttpRequest, ...header: [name: string, value: string]): void {
      const entry = opened.get(this)
      demandNotSent(entry)
      if (entry && isWorker && !entry.wasSent && !isSynchronous(entry)) {
        demandValid(header)
        entry.unset.push(header)
      } else natives.setRequestHeader.apply(this, header)
      entry?.headers.push(header)
    },

    send(this: XMLHttpRequest, body?: Body): void {
      const entry = opened.get(this)
      if (!entry) return natives.send.call(this, body)
      demandNotSent(entry)
      entry.wasSent = true
      if (isSynchronous(entry)) return sendSynchronous(this, entry, body, interception)
      const passOn = () => sendByWorker(this, entry, body)
      const { direct } = interception
      if (!direct.isOn || !sendXhrDirectly(direct, { xhr: this, entry, body, bytes: sizeOf(body), passOn })) passOn()
    },

    abort(this: XMLHttpRequest): void {
      const entry = opened.get(this)
      giveUp(entry)
      if (entry?.waits !== undefined && isWorker) {
        entry.waits = undefined
        return sender.endUnsent(this, entry, 'abort')
      }
      if (entry?.waits !== undefined) {
        // Sent now, to an address that answers nothing: so its end has all the events that the page waits for.
        natives.open.call(this, entry.method, 'data:,', true)
        sender.sendNow(this, entry, entry.waits)
      }
      natives.abort.call(this)
    },
  }
}

function openedBy(given: Parameters<typeof natives.open>): OpenedXhr {
  // Converted once, as the browser does it: an object may return something else the next time.
  const args = given.map((each, index) => (index !== 2 && Object(each) === each ? `${each}` : each)) as typeof given
  const [method, url, , username] = args
  return {
    args,
    method: String(method).toUpperCase(),
    url: address(url, username),
    headers: [],
    unset: [],
    over: false,
  }
}

function reopen(xhr: XMLHttpRequest, { args, headers }: OpenedXhr): void {
  apply(natives.open, xhr, args)
  for (const header of headers) natives.setRequestHeader.apply(xhr, header)
}

function demandNotSent(entry: OpenedXhr | undefined): void {
  if (entry?.waits !== undefined) throw new DOMException('The request was sent already.', 'InvalidStateError')
}

/** Throws what the browser throws. A header can be added to, but not replaced: the request itself gets it when it is known which are sent. */
function demandValid(header: readonly [name: string, value: string]): void {
  const other = new XMLHttpRequest()
  natives.open.call(other, 'GET', baseUrl(), true)
  natives.setRequestHeader.apply(other, [...header])
}

/** The page aborts the request, or opens the object again. */
function giveUp(entry: OpenedXhr | undefined): void {
  if (!entry) return
  entry.over = true
  entry.restore?.()
  entry.endTracking?.(true)
}
