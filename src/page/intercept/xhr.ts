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
  /** What to call when the page gives up a request in flight. */
  /** What looks at the events of an answer before the page does: listeners are called in the order they were added. */
  const guards = new WeakMap<XMLHttpRequest, (event: Event) => void>()
  const giveUps = new WeakMap<XMLHttpRequest, () => void>()

  const send = (xhr: XMLHttpRequest, entry: Opened, body: Body): void => {
    const { method, url } = entry
    const session = cover.concerns?.(url)
    const here = gate.way !== undefined || (wantsProgress.has(xhr) && body != null)
    if (session === undefined || !here) {
      if (session !== undefined) track(xhr, method, url)
      return natives.send.call(xhr, body)
    }
    void sendHere(xhr, entry, body)
  }

  const sendHere = async (xhr: XMLHttpRequest, opened: Opened, body: Body = null): Promise<void> => {
    const { args, method, url, headers } = opened
    const { sendHere } = await cover.offered()
    await sendHere({ xhr, args, method, url, headers, body, natives, guard: (guard) => guards.set(xhr, guard), isOver: () => opened.over, authorize: (call) => cover.ask('authorize', call) })
  }

  const track = (xhr: XMLHttpRequest, method: string, url: string): void => {
    const settled = cover.inFlight.track(method, url)
    giveUps.set(xhr, () => settled(true))
    xhr.addEventListener('readystatechange', () => xhr.readyState > 1 && settled(false))
    xhr.addEventListener('timeout', () => settled(true))
    xhr.addEventListener('loadend', () => settled(false))
  }

  window.XMLHttpRequest = new Proxy(XMLHttpRequest, {
    construct(Native, args, newTarget) {
      const xhr = Reflect.construct(Native, args, newTarget) as XMLHttpRequest
      for (const type of ['readystatechange', 'progress', 'load', 'loadend']) xhr.addEventListener(type, (event) => guards.get(xhr)?.(event))
      return xhr
    },
  })

  const patches = {
    open(this: XMLHttpRequest, ...args: Parameters<typeof prototype.open>): void {
      natives.open.apply(this, args)
      const before = opened.get(this)
      if (before) before.over = true
      const [method, url] = args
      opened.set(this, { args, method: String(method).toUpperCase(), url: new URL(url, document.baseURI).href, headers: [], over: false })
    },

    setRequestHeader(this: XMLHttpRequest, name: string, value: string): void {
      natives.setRequestHeader.call(this, name, value)
      opened.get(this)?.headers.push([name, value])
    },

    send(this: XMLHttpRequest, body?: Body): void {
      const entry = opened.get(this)
      if (!entry) return natives.send.call(this, body)
      const { args, url, headers } = entry
      if (args.length > 2 && !args[2]) {
        const session = cover.concerns?.(url)
        const atHand = headers.some(([name]) => name.toLowerCase() === 'authorization') ? {} : cover.atHand.get(session ?? '')
        for (const header of Object.entries(atHand ?? {})) natives.setRequestHeader.apply(this, header)
        return natives.send.call(this, body)
      }
      if (gate.isOpen) return send(this, entry, body)
      void gate.pass(isConcerned(cover, url)).then(() => entry.over || send(this, entry, body))
    },

    abort(this: XMLHttpRequest): void {
      const entry = opened.get(this)
      if (entry) entry.over = true
      giveUps.get(this)?.()
      natives.abort.call(this)
    },
  }

  for (const name of ['open', 'setRequestHeader', 'send', 'abort'] as const) prototype[name] = inPlaceOf(natives[name], patches[name]) as never
  Object.defineProperty(prototype, 'upload', {
    ...natives.upload,
    get(this: XMLHttpRequest): XMLHttpRequestUpload {
      wantsProgress.add(this)
      return natives.upload.get!.call(this)
    },
  })
}
