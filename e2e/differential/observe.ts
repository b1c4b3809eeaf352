import type { Observation } from './observations.ts'

export type Seen = Readonly<Record<string, unknown>>

interface Task {
  readonly observation: Observation
  readonly url: string
  /** The header that a page without the worker adds itself, where it can. */
  readonly authorization: string | undefined
}

/**
 * Runs in the page: makes one request and returns everything that a page can observe of it. One closure, since it is
 * sent as source.
 */
export async function observe({ observation, url, authorization }: Task): Promise<Seen> {
  const { how, init = {}, body: kind, read = 'text', does, element, xhr: how2 = {} } = observation
  const bodies = {
    text: () => 'Zürich ☂',
    json: () => new Blob(['{"a":1}'], { type: 'application/json' }),
    blob: () => new Blob(['blob'], { type: 'image/x-own' }),
    buffer: () => new Uint8Array([1, 2, 3]),
    form: () => {
      const form = new FormData()
      form.set('name', 'Ada')
      form.set('file', new File(['content'], 'a.txt', { type: 'text/plain' }))
      return form
    },
    params: () => new URLSearchParams({ a: 'b c' }),
    empty: () => '',
    megabyte: () => 'x'.repeat(1_000_000),
    huge: () => 'x'.repeat(5_000_000),
    stream: () => new Response('streamed').body,
    document: () => new DOMParser().parseFromString('<a>ü</a>', 'text/html') as unknown as string,
  }
  const body = kind && bodies[kind]()
  const headers = {
    ...(authorization !== undefined && { Authorization: authorization }),
    ...(init.headers as Record<string, string>),
  }
  const shown = (list: Iterable<[string, string]>) =>
    [...list]
      .filter(([name]) => !/^(date|connection|keep-alive)$/.test(name))
      .map(([name, value]) => `${name}: ${value.replace(/boundary=\S+/, 'boundary')}`)
  const seen: Record<string, unknown> = {}
  /** What the server echoes of a form has the boundary in its hash. */
  const text = (value: string) => {
    if (kind === 'form') return value.replace(/"received":\d+,"hash":"\w+"/, '')
    return value.length > 300 ? `${value.length} characters` : value
  }
  const plain = (response: unknown) => {
    if (typeof response === 'string') return text(response)
    if (response instanceof Blob) return `${response.size} ${response.type}`
    if (response instanceof ArrayBuffer) return response.byteLength
    return response instanceof Document ? response.documentElement.outerHTML : JSON.stringify(response)
  }
  const settled = <Value>(limitMs: number, start: (resolve: (value: Value | string) => void) => void) =>
    new Promise<Value | string>((resolve) => {
      setTimeout(resolve, limitMs, 'no end')
      start(resolve)
    })

  const byFetch = async () => {
    try {
      const stop = new AbortController()
      if (does === 'aborted-before') stop.abort()
      const options = {
        ...init,
        headers,
        ...(body !== undefined && { body }),
        ...(kind === 'stream' && { duplex: 'half' }),
        ...(does?.includes('abort') && { signal: stop.signal }),
        ...(does === 'null-signal' && { signal: null }),
      }
      const input = does?.startsWith('request') ? new Request(url, options) : url
      const answer = input instanceof Request ? fetch(input) : fetch(input, options)
      if (does === 'request-reused' && input instanceof Request) {
        seen['bodyUsed'] = input.bodyUsed
        seen['second'] = await fetch(input).then(
          () => 'sent',
          ({ name }: Error) => name,
        )
      }
      if (does === 'abort') setTimeout(() => stop.abort(), 100)
      const response = await answer
      const { status, statusText, type, url: at, redirected, ok } = response
      Object.assign(seen, {
        status,
        statusText,
        type,
        url: at,
        redirected,
        ok,
        headers: shown(response.headers),
        hasBody: response.body !== null,
      })
      if (does === 'abort-body') {
        const reader = response.body!.getReader()
        await reader.read()
        stop.abort()
        seen['read'] = await reader.read().then(
          () => 'read',
          ({ name }: Error) => name,
        )
      } else if (read === 'cancel') seen['cancelled'] = await response.body!.cancel().then(() => true)
      else if (read === 'stream') {
        let bytes = 0
        const reader = response.body!.getReader()
        for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read())
          bytes += value!.length
        seen['bytes'] = bytes
      } else seen['body'] = text(await response.text())
    } catch (error) {
      seen['error'] = (error as Error).name
      seen['message'] = (error as Error).message
    }
  }

  const byXhr = async () => {
    const xhr = new XMLHttpRequest()
    const events: string[] = []
    const log = (target: EventTarget, prefix: string) => {
      for (const type of ['loadstart', 'progress', 'load', 'error', 'abort', 'timeout', 'loadend']) {
        target.addEventListener(type, (event) => {
          const { lengthComputable, total } = event as ProgressEvent
          const entry = type === 'progress' ? `${prefix}progress` : `${prefix}${type} ${lengthComputable ? total : '-'}`
          if (events.at(-1) !== entry) events.push(entry)
        })
      }
    }
    log(xhr, '')
    xhr.addEventListener('readystatechange', () => {
      const entry = `state ${xhr.readyState} ${xhr.status}`
      if (!events.includes(entry)) events.push(entry)
      if (how2.abort === 'headers' && xhr.readyState === 2) xhr.abort()
    })
    if (how2.upload) log(xhr.upload, 'upload ')
    try {
      if (how2.user) xhr.open(init.method ?? 'GET', url, true, 'ada', 'secret')
      else xhr.open(init.method ?? 'GET', url, !how2.sync)
      if (how2.responseType) xhr.responseType = how2.responseType
      if (how2.timeout) xhr.timeout = how2.timeout
      if (how2.mime) xhr.overrideMimeType(how2.mime)
      if (init.credentials === 'include') xhr.withCredentials = true
      for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value)
      seen['end'] = await settled(8_000, (resolve) => {
        xhr.addEventListener('loadend', () => resolve('loadend'))
        xhr.send(body as XMLHttpRequestBodyInit)
        if (how2.sync) resolve('sync')
        if (how2.abort === 'at-once') {
          xhr.abort()
          setTimeout(resolve, 50, 'aborted')
        }
      })
    } catch (error) {
      seen['error'] = (error as Error).name
    }
    const { status, statusText, responseURL, readyState, response } = xhr
    const lines = xhr
      .getAllResponseHeaders()
      .split('\r\n')
      .filter(Boolean)
      .map((line) => line.split(/: (.*)/s) as [string, string])
    const value = plain(response)
    Object.assign(seen, { events, status, statusText, responseURL, readyState, value, headers: shown(lines) })
  }

  const byElement = async () => {
    const { tag, ...attributes } = element!
    const node = document.createElement(tag)
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
    seen['event'] = await settled(3_000, (resolve) => {
      for (const type of ['load', 'error', 'loadedmetadata']) node.addEventListener(type, () => resolve(type))
      node.setAttribute({ link: 'href', object: 'data' }[tag] ?? 'src', url)
      if (node instanceof HTMLTrackElement) {
        const video = document.createElement('video')
        video.append(node)
        document.body.append(video)
        node.track.mode = 'showing'
      } else document.body.append(node)
    })
    if (node instanceof HTMLImageElement) {
      seen['size'] = `${node.naturalWidth} ${node.naturalHeight}`
      if (seen['event'] === 'load') {
        const canvas = document.createElement('canvas').getContext('2d')!
        canvas.drawImage(node, 0, 0)
        try {
          canvas.getImageData(0, 0, 1, 1)
          seen['canvas'] = 'clean'
        } catch (error) {
          seen['canvas'] = (error as DOMException).name
        }
      }
    }
    if (node instanceof HTMLMediaElement) seen['duration'] = Math.round(node.duration)
    if (node instanceof HTMLTrackElement) seen['cues'] = node.track.cues?.length
    if (node instanceof HTMLIFrameElement) seen['title'] = node.contentDocument?.title ?? 'not to be seen'
    if (node instanceof HTMLMediaElement) node.removeAttribute('src')
    node.remove()
  }

  const byEvents = async () => {
    const source = new EventSource(url, { withCredentials: init.credentials === 'include' })
    const events: string[] = []
    const log = (event: Event) =>
      events.push(
        `${event.type} ${source.readyState} ${event instanceof MessageEvent ? JSON.stringify([event.data, event.lastEventId, event.origin]) : ''}`,
      )
    source.addEventListener('named', log)
    source.onopen = log
    source.onmessage = log
    await settled(3_000, (resolve) => {
      source.onerror = (event) => {
        log(event)
        resolve('error')
      }
    })
    source.close()
    Object.assign(seen, { events, url: source.url, withCredentials: source.withCredentials })
  }

  const importing = (url: string): Promise<object> => {
    const type = observation.with
    if (!type) return import(/* @vite-ignore */ url)
    return new Function('url', `return import(url, { with: { type: '${type}' } })`)(url) as Promise<object>
  }

  switch (how) {
    case 'fetch':
      await byFetch()
      break
    case 'xhr':
      await byXhr()
      break
    case 'element':
      await byElement()
      break
    case 'events':
      await byEvents()
      break
    case 'beacon':
      seen['queued'] = navigator.sendBeacon(url, body as BodyInit)
      break
    case 'import':
      seen['imported'] = await importing(url).then(
        (module: object) => Object.keys(module).length,
        ({ name }: Error) => name,
      )
      break
    case 'later': {
      const { fetchLater } = globalThis as { fetchLater?: (url: string, init: object) => object }
      const options = { ...init, headers, ...(body !== undefined && { body }), activateAfter: 0 }
      if (fetchLater) seen['queued'] = Object.prototype.toString.call(fetchLater(url, options))
      break
    }
    case 'worker': {
      const code = `fetch(${JSON.stringify(url)}, ${JSON.stringify({ headers })}).then(async (response) => postMessage([response.status, response.type, response.url, (await response.text()).length]), (error) => postMessage(error.name))`
      const worker = new Worker(URL.createObjectURL(new Blob([code])))
      seen['answer'] = await settled(3_000, (resolve) => (worker.onmessage = ({ data }) => resolve(data)))
      worker.terminate()
    }
  }
  return seen
}
