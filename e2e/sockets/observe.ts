/** What a page can see of a socket, for one that is the browser's own and one that is connected for the page. */

interface Observed {
  readonly what: string
  readonly native: unknown
  readonly listed: unknown
}

/** Runs in a page: each observation with both. */
export async function observeSocket(urls: {
  readonly native: string
  readonly listed: string
}): Promise<readonly Observed[]> {
  const failure = (run: () => unknown): unknown => {
    try {
      run()
      return 'nothing thrown'
    } catch (error) {
      const { name } = error as Error
      return [name, error instanceof DOMException, error instanceof TypeError, (error as DOMException).code ?? null]
    }
  }
  const events = ['open', 'message', 'error', 'close'] as const
  /** The events of a socket with its state at each, until it is closed. */
  const life = (socket: WebSocket, onOpen: () => void = () => socket.close()) =>
    new Promise<readonly unknown[]>((resolve) => {
      const seen: unknown[] = [socket.readyState]
      for (const type of events)
        socket.addEventListener(type, (event) => {
          const { data, code, reason, wasClean } = event as MessageEvent & CloseEvent
          const name = Object.prototype.toString.call(event)
          seen.push([type, name, socket.readyState, typeof data, code, reason, wasClean, event.target === socket])
          if (type === 'close') resolve(seen)
        })
      socket.addEventListener('open', onOpen)
    })
  const opened = (url: string, protocols?: string[]) =>
    new Promise<WebSocket>((resolve) => {
      const socket = new WebSocket(url, protocols)
      socket.onopen = () => resolve(socket)
    })
  const next = (socket: WebSocket) =>
    new Promise<unknown>((resolve) => {
      socket.onmessage = ({ data, origin, lastEventId, ports, source }) =>
        resolve({ data: data as unknown, origin, lastEventId, ports: ports.length, source })
    })
  const answered = async (url: string, message: Parameters<WebSocket['send']>[0], type: BinaryType = 'arraybuffer') => {
    const socket = await opened(url)
    socket.binaryType = type
    const answer = next(socket)
    socket.send(message)
    const { data } = (await answer) as { data: unknown }
    socket.close()
    if (data instanceof Blob) return ['Blob', data.size, await data.text()]
    return data instanceof ArrayBuffer ? ['ArrayBuffer', ...new Uint8Array(data)] : data
  }
  const closed = (url: string) => {
    const socket = new WebSocket(url)
    socket.close()
    return socket
  }
  const bad = (...args: unknown[]) => failure(() => Reflect.construct(WebSocket, args))
  const nth = (url: string, more: string) => url.replace('/live', more)

  const all: Readonly<Record<string, (url: string) => unknown>> = {
    'CONNECTING at once': (url) => {
      const socket = closed(url)
      const fresh = new WebSocket(url)
      const { readyState, protocol, extensions, binaryType, bufferedAmount, onopen, onmessage, onerror, onclose } =
        fresh
      fresh.close()
      return [
        readyState,
        protocol,
        extensions,
        binaryType,
        bufferedAmount,
        onopen,
        onmessage,
        onerror,
        onclose,
        socket.readyState,
      ]
    },
    'what it is': (url) => {
      const socket = closed(url)
      return [
        socket instanceof WebSocket,
        socket instanceof EventTarget,
        socket.constructor === WebSocket,
        Object.getPrototypeOf(socket) === WebSocket.prototype,
        Object.prototype.toString.call(socket),
        String(socket),
        Object.keys(socket),
        Object.getOwnPropertyNames(socket),
        JSON.stringify(socket),
        'onopen' in socket,
      ]
    },
    'its constants': (url) => {
      const socket = closed(url)
      return [
        socket.CONNECTING,
        socket.OPEN,
        socket.CLOSING,
        socket.CLOSED,
        WebSocket.OPEN,
        WebSocket.length,
        WebSocket.name,
      ]
    },
    'every name in it': (url) => {
      const names: string[] = []
      for (const name in closed(url)) names.push(name)
      return names
    },
    'url, with what the page wrote': (url) =>
      ['', '?', '?a=b c', '?ä#'.slice(0, 2)].map((more) => closed(url + more).url.replace(url, '')),
    'url of http and of a URL object': (url) => [
      closed(url.replace('ws:', 'http:')).url === url,
      closed(new URL(url) as never).url === url,
    ],
    'the life of one that is closed when it opens': (url) => life(new WebSocket(url)),
    'close with a code and a reason': (url) => {
      const socket = new WebSocket(url)
      return life(socket, () => socket.close(3000, 'grüße'))
    },
    'close by the server': (url) => {
      const socket = new WebSocket(url)
      return life(socket, () => socket.send('close me'))
    },
    'close at once': (url) => {
      const socket = new WebSocket(url)
      const seen = life(socket)
      socket.close()
      return seen
    },
    'close at once, with a code, and once more': (url) => {
      const socket = new WebSocket(url)
      const seen = life(socket)
      socket.close(3000, 'x')
      socket.close()
      return seen
    },
    'close in a microtask': async (url) => {
      const socket = new WebSocket(url)
      const seen = life(socket)
      await null
      socket.close()
      return seen
    },
    'close with bad codes': (url) => {
      const socket = new WebSocket(url)
      const codes = [0, 999, 1001, 1005, 2999, 5000, 65_536, -1, Number.NaN, '1001', null, {}]
      const thrown = codes.map((code) => failure(() => socket.close(code as number)))
      const state = socket.readyState
      socket.close()
      return [thrown, state]
    },
    'close with odd codes that are good': (url) =>
      [1000, 3000, 4999, 1000.4, '3000', undefined].map((code) => {
        const socket = new WebSocket(url)
        return [failure(() => socket.close(code as number)), socket.readyState]
      }),
    'close with a long reason': (url) => {
      const socket = new WebSocket(url)
      return ['x'.repeat(123), 'x'.repeat(124), 'ü'.repeat(62)].map((reason) =>
        failure(() => socket.close(1000, reason)),
      )
    },
    'send before it is open': (url) => {
      const socket = new WebSocket(url)
      const thrown = [failure(() => socket.send('x')), failure(() => (socket.send as () => void)())]
      socket.close()
      return [thrown, socket.bufferedAmount]
    },
    'send after close': (url) => {
      const socket = closed(url)
      // WebKit counts the header of the frame, too.
      return [failure(() => socket.send('grüße')), socket.bufferedAmount >= 7, socket.readyState]
    },
    'send after it was closed': async (url) => {
      const socket = new WebSocket(url)
      await life(socket)
      socket.send('grüße')
      socket.send(new Uint8Array(3))
      return [socket.bufferedAmount, socket.readyState]
    },
    'text comes back': (url) => answered(url, 'grüße'),
    'a number is sent as text': (url) => answered(url, 7 as never),
    'an object is sent as text': (url) => answered(url, { toString: () => 'text of it' } as never),
    'a view comes back': (url) => answered(url, new Uint8Array([1, 2, 3]).subarray(1)),
    'a buffer comes back as a Blob': (url) => answered(url, new Uint8Array([65, 66]).buffer, 'blob'),
    'a Blob comes back': (url) => answered(url, new Blob(['x'])),
    'what a message says': async (url) => {
      const socket = await opened(url)
      const answer = next(socket)
      socket.send('x')
      const message = await answer
      socket.close()
      return message
    },
    'binaryType before and after': async (url) => {
      const socket = new WebSocket(url)
      const seen: unknown[] = [socket.binaryType]
      socket.binaryType = 'arraybuffer'
      seen.push(socket.binaryType)
      socket.binaryType = 'other' as never
      seen.push(socket.binaryType)
      await new Promise((resolve) => (socket.onopen = resolve))
      seen.push(socket.binaryType)
      socket.binaryType = 'blob'
      seen.push(socket.binaryType)
      socket.close()
      return seen
    },
    'bufferedAmount while it is open': async (url) => {
      const socket = await opened(url)
      socket.send('x'.repeat(1000))
      const seen = socket.bufferedAmount
      socket.close()
      return seen
    },
    'handlers among listeners, in their order': async (url) => {
      const order: string[] = []
      const socket = new WebSocket(url)
      socket.addEventListener('open', () => order.push('first'))
      socket.onopen = () => order.push('handler before')
      socket.addEventListener('open', () => order.push('second'))
      socket.onopen = () => order.push('handler')
      const seen = life(socket)
      await seen
      return order
    },
    'a handler that was taken back, and set again': async (url) => {
      const order: string[] = []
      const socket = new WebSocket(url)
      socket.onopen = () => order.push('handler')
      socket.addEventListener('open', () => order.push('first'))
      socket.onopen = null
      socket.onopen = () => order.push('handler again')
      await life(socket)
      return order
    },
    'handlers that are none': (url) => {
      const socket = closed(url)
      return [null, undefined, 1, 'x', {}, () => {}].map((value) => {
        socket.onopen = value as never
        return socket.onopen === value ? 'kept' : String(socket.onopen)
      })
    },
    'this of a handler': async (url) => {
      const socket = new WebSocket(url)
      const seen = new Promise((resolve) => {
        socket.onopen = function (this: WebSocket) {
          resolve(this === socket)
        }
      })
      void seen.then(() => socket.close())
      return seen
    },
    'once, signal and handleEvent': async (url) => {
      const socket = new WebSocket(url)
      const seen: string[] = []
      const controller = new AbortController()
      socket.addEventListener('open', () => seen.push('once'), { once: true })
      socket.addEventListener('open', () => seen.push('never'), { signal: controller.signal })
      socket.addEventListener('open', { handleEvent: ({ type }) => seen.push(`object ${type}`) })
      controller.abort()
      await life(socket)
      return seen
    },
    'a listener that throws does not keep the others from it': async (url) => {
      const socket = new WebSocket(url)
      const seen: string[] = []
      const ignore = (event: Event) => event.preventDefault()
      window.addEventListener('error', ignore)
      socket.addEventListener('open', () => {
        throw new Error('of the page')
      })
      socket.addEventListener('open', () => seen.push('next'))
      await life(socket)
      window.removeEventListener('error', ignore)
      return seen
    },
    'a subclass': async (url) => {
      class Chatty extends WebSocket {
        said = 0
        constructor(address: string) {
          super(address, ['chat'])
        }
        override send(data: string): void {
          this.said++
          super.send(data.toUpperCase())
        }
        get isOpen() {
          return this.readyState === WebSocket.OPEN
        }
      }
      const socket = new Chatty(url)
      const before = [
        socket instanceof Chatty,
        socket instanceof WebSocket,
        socket.isOpen,
        socket.constructor === Chatty,
      ]
      await new Promise((resolve) => (socket.onopen = resolve))
      const answer = next(socket)
      socket.send('x')
      const { data } = (await answer) as { data: unknown }
      const { isOpen, said, protocol } = socket
      socket.close()
      return [before, isOpen, said, protocol, data]
    },
    'a function in the old way': async (url) => {
      const old = function (this: unknown, address: string) {
        return Reflect.construct(WebSocket, [address], new.target ?? WebSocket)
      } as unknown as typeof WebSocket
      old.prototype = WebSocket.prototype
      const socket = new old(url)
      const seen = [socket instanceof WebSocket, socket instanceof old]
      socket.close()
      return seen
    },
    'send, close and a getter of the prototype, replaced by the page': async (url) => {
      const { prototype } = WebSocket
      const calls: unknown[] = []
      const before = Object.getOwnPropertyDescriptors(prototype)
      prototype.send = function (this: WebSocket, data) {
        calls.push(['send', data])
        return before.send.value!.call(this, `${data}!`)
      }
      prototype.close = function (this: WebSocket, ...args) {
        calls.push(['close', ...args])
        return before.close.value!.apply(this, args)
      }
      Object.defineProperty(prototype, 'url', { ...before.url, get: () => 'patched' })
      const socket = await opened(url)
      const answer = next(socket)
      socket.send('x')
      const { data } = (await answer) as { data: unknown }
      const seen = life(socket)
      const address = socket.url
      socket.close(3001)
      await seen
      for (const name of ['send', 'close', 'url'] as const) Object.defineProperty(prototype, name, before[name])
      return [calls, data, address, socket.url === url]
    },
    'addEventListener of EventTarget, replaced by the page': async (url) => {
      const { addEventListener } = EventTarget.prototype
      const types: string[] = []
      EventTarget.prototype.addEventListener = function (this: EventTarget, type: string, ...rest: [never, never?]) {
        if (this instanceof WebSocket) types.push(type)
        return addEventListener.call(this, type, ...rest)
      }
      const socket = new WebSocket(url)
      await life(socket)
      EventTarget.prototype.addEventListener = addEventListener
      return types
    },
    'bad URLs': (url) => [
      bad(),
      bad('http://[', []),
      bad('ftp://localhost/'),
      bad('about:blank'),
      bad(`${url}#fragment`),
      bad(`${url}#`),
      bad('ws://'),
      bad(Symbol('x')),
      bad({
        toString() {
          throw new RangeError('of the page')
        },
      }),
    ],
    'bad protocols': (url) => [
      ...['', 'a b', 'a,b', 'ä', '(a)', 'a/b', 'a\n', null, undefined, 7, {}, true].map((each) =>
        each === null || each === undefined || each === 7 || each === true ? 'good' : bad(url, each),
      ),
      bad(url, ['a', 'a']),
      bad(url, ['a', '']),
      bad(url, ['a', Symbol('x')]),
      bad(url, [{}]),
      bad(url, { length: 1, 0: 'a' }),
    ],
    'protocols of all kinds that are good': async (url) => {
      const kinds = [undefined, [], 'a', ['a', 'A'], new Set(['a', 'b']), null, 7, [7]] as never[]
      const seen: unknown[] = []
      for (const kind of kinds) {
        const socket = new WebSocket(url, kind)
        await new Promise((resolve) => (socket.onopen = resolve))
        seen.push(socket.protocol)
        socket.close()
      }
      return seen
    },
    'what is converted, and how often': (url) => {
      const order: string[] = []
      const address = { toString: () => (order.push('url'), url) }
      const protocols = {
        *[Symbol.iterator]() {
          order.push('list')
          yield { toString: () => (order.push('protocol'), 'a') }
        },
      }
      const socket: WebSocket = Reflect.construct(WebSocket, [address, protocols])
      socket.close()
      return order
    },
    'without new': () => failure(() => (WebSocket as unknown as (url: string) => void)('ws://localhost/')),
    'its members, taken off': (url) => {
      const socket = closed(url)
      const { get } = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'readyState')!
      const { send, close } = socket
      return [
        get!.call(socket),
        failure(() => get!.call({})),
        failure(() => send.call({} as WebSocket, 'x')),
        failure(() => close.call(undefined as never)),
        failure(() => WebSocket.prototype.url),
      ]
    },
    'its members as they are described': () =>
      Object.entries(Object.getOwnPropertyDescriptors(WebSocket.prototype)).map(([name, descriptor]) => {
        const { get, set, value, enumerable, configurable, writable } = descriptor as PropertyDescriptor
        const shape = (each: unknown) =>
          typeof each === 'function' ? [each.name, each.length, 'prototype' in each] : typeof each
        return [name, shape(get), shape(set), shape(value), enumerable, configurable, writable]
      }),
    'an event of the page': (url) => {
      const socket = closed(url)
      const seen: unknown[] = []
      socket.onmessage = ({ data }) => seen.push(data)
      seen.push(socket.dispatchEvent(new MessageEvent('message', { data: 'mine' })))
      return seen
    },
    'a structured clone': (url) => failure(() => structuredClone(closed(url))),
    'two at once, each with its own': async (url) => {
      const sockets = await Promise.all([opened(nth(url, '/1')), opened(nth(url, '/2'))])
      const answers = sockets.map(async (socket, index) => {
        const answer = next(socket)
        socket.send(`${index}`)
        return ((await answer) as { data: unknown }).data
      })
      const seen = await Promise.all(answers)
      for (const socket of sockets) socket.close()
      return seen
    },
  }
  const observed: Observed[] = []
  for (const [what, observe] of Object.entries(all)) {
    const late = new Promise((resolve) => setTimeout(resolve, 5_000, 'late'))
    const one = async (url: string) => Promise.race([observe(url), late]).catch(String)
    const native = await one(urls.native)
    const listed = await one(urls.listed)
    const origin = (value: unknown) => JSON.parse(JSON.stringify(value ?? null)) as unknown
    observed.push({ what, native: origin(native), listed: origin(listed) })
  }
  return observed
}
