import { type Body, type Cover, isConcerned, type Opened } from './cover.ts'
import { inPlaceOf, natives } from './natives.ts'

/**
 * `XMLHttpRequest` waits at the gate, and tells the worker what was aborted. What a worker would spoil goes the page's own
 * way: upload progress, which no engine reports behind a worker, and synchronous requests, which pass it by.
 * @see https://github.com/w3c/ServiceWorker/issues/1141
 */
export function interceptXhr(cover: Cover): void {
  const { gate } = cover
  const { prototype } = XMLHttpRequest
  const opened = new WeakMap<XMLHttpRequest, Opened>()
  const wantsProgress = new WeakSet<XMLHttpRequest>()

  const goesItsOwnWay = (xhr: XMLHttpRequest, body: Body = null) => wantsProgress.has(xhr) && body !== null

  const send = (xhr: XMLHttpRequest, entry: Opened, body: Body): void => {
    const { url } = entry
    if (cover.concerns?.(url) !== undefined && (gate.way || goesItsOwnWay(xhr, body))) {
      entry.waits = body
      return void sendHere(xhr, entry, body)
    }
    if (cover.mayMark(url)) entry.settled = cover.track((...header) => natives.setRequestHeader.apply(xhr, header))
    sendNow(xhr, entry, body)
  }

  const sendHere = async (xhr: XMLHttpRequest, entry: Opened, body: Body): Promise<void> => {
    const { args, method, url, headers } = entry
    const send = () => entry.over || sendNow(xhr, entry, body)
    // A worker of the site's own offers nothing: then it answers, without progress.
    const { sendHere = send } = (await cover.offered().catch(() => undefined)) ?? {}
    await sendHere({
      xhr,
      args,
      method,
      url,
      headers,
      natives,
      send,
      guard: (guard) => (entry.guard = guard),
      isOver: () => entry.over,
      authorize: (call) => cover.ask('authorize', call),
    })
  }

  const sendNow = (xhr: XMLHttpRequest, entry: Opened, body: Body): void => {
    entry.waits = undefined
    natives.send.call(xhr, body)
  }

  /** Of a request and its upload, before the page's own listeners: they are called in the order they were added. */
  const listen = (target: EventTarget, xhr: XMLHttpRequest): void => {
    for (const type of ['loadstart', 'progress', 'load', 'loadend', 'timeout', 'abort', 'readystatechange']) {
      target.addEventListener(type, (event) => {
        const entry = opened.get(xhr)
        entry?.guard?.(event)
        // Chromium calls an answer that broke off behind a worker an abort, as if the page had given it up.
        if (type === 'abort' && target === xhr && entry?.answered && !entry.over) {
          event.stopImmediatePropagation()
          xhr.dispatchEvent(new ProgressEvent('error'))
        }
        if (target !== xhr || !entry) return
        if (xhr.status) entry.answered = true
        if (xhr.status || /timeout|end/.test(type)) entry.settled?.(type === 'timeout')
      })
    }
  }

  prototype.constructor = window.XMLHttpRequest = new Proxy(XMLHttpRequest, {
    construct(Native, args, newTarget) {
      const xhr = Reflect.construct(Native, args, newTarget) as XMLHttpRequest
      listen(xhr, xhr)
      return xhr
    },
  })

  const demandNotSent = (entry: Opened | undefined) => {
    if (entry?.waits !== undefined) throw new DOMException('', 'InvalidStateError')
  }
  const giveUp = (entry: Opened | undefined) => {
    if (!entry) return
    entry.over = true
    entry.settled?.(true)
  }

  const patches = {
    open(this: XMLHttpRequest, ...given: Parameters<typeof prototype.open>): void {
      // Once, as the browser does, whatever an object then says.
      const args = given.map((each, index) => (index !== 2 && Object(each) === each ? `${each}` : each)) as typeof given
      natives.open.apply(this, args)
      giveUp(opened.get(this))
      const [method, url, , username] = args
      opened.set(this, {
        args,
        method: String(method).toUpperCase(),
        url: Object.assign(new URL(url, document.baseURI), username && { username }).href,
        headers: [],
        over: false,
      })
    },

    setRequestHeader(this: XMLHttpRequest, ...header: [name: string, value: string]): void {
      const entry = opened.get(this)
      demandNotSent(entry)
      natives.setRequestHeader.apply(this, header)
      entry?.headers.push(header)
    },

    send(this: XMLHttpRequest, body?: Body): void {
      const entry = opened.get(this)
      if (!entry) return natives.send.call(this, body)
      demandNotSent(entry)
      const { args, url, headers } = entry
      if (args.length > 2 && !args[2]) {
        const isBare = !headers.some(([name]) => /^authorization$/i.test(name))
        if (isBare)
          for (const header of Object.entries(cover.atHand.get(cover.concerns?.(url) ?? '') ?? {}))
            natives.setRequestHeader.apply(this, header)
        return natives.send.call(this, body)
      }
      if (gate.isOpen && (cover.concerns || !goesItsOwnWay(this, body))) return send(this, entry, body)
      entry.waits = body ?? null
      const concerned = isConcerned(cover, url)
      void (gate.isOpen ? concerned : gate.pass(concerned)).then(() => {
        if (entry.over) return
        // Firefox decides in open() who answers: what was opened before the worker took over would pass it by.
        natives.open.apply(this, entry.args)
        for (const header of headers) natives.setRequestHeader.apply(this, header)
        send(this, entry, body)
      })
    },

    abort(this: XMLHttpRequest): void {
      const entry = opened.get(this)
      giveUp(entry)
      if (entry?.waits !== undefined) {
        // Sent now, to where nothing is: then its end has all the events that the page waits for.
        natives.open.call(this, entry.method, 'data:,', true)
        sendNow(this, entry, entry.waits)
      }
      natives.abort.call(this)
    },
  }

  for (const name of ['open', 'setRequestHeader', 'send', 'abort'] as const)
    prototype[name] = inPlaceOf(natives[name], patches[name]) as never
  Object.defineProperty(prototype, 'upload', {
    ...natives.upload,
    get(this: XMLHttpRequest): XMLHttpRequestUpload {
      const upload = natives.upload.get!.call(this) as XMLHttpRequestUpload
      if (!wantsProgress.has(this)) listen(upload, this)
      wantsProgress.add(this)
      return upload
    },
  })
}
