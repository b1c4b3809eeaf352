import type { Observations } from './lab.ts'

/** Its life: events, messages, listeners, and what a page may replace. */
export const ofItsLife: Observations = {
  'the life of one that is closed when it opens': (url, { life }) => life(new WebSocket(url)),
  'close with a code and a reason': (url, { life }) => {
    const socket = new WebSocket(url)
    return life(socket, () => socket.close(3000, 'grüße'))
  },
  'close by the server': (url, { life }) => {
    const socket = new WebSocket(url)
    return life(socket, () => socket.send('close me'))
  },
  'close at once': (url, { life }) => {
    const socket = new WebSocket(url)
    const seen = life(socket)
    socket.close()
    return seen
  },
  'close at once, with a code, and once more': (url, { life }) => {
    const socket = new WebSocket(url)
    const seen = life(socket)
    socket.close(3000, 'x')
    socket.close()
    return seen
  },
  'close in a microtask': async (url, { life }) => {
    const socket = new WebSocket(url)
    const seen = life(socket)
    await null
    socket.close()
    return seen
  },
  'send after it was closed': async (url, { life }) => {
    const socket = new WebSocket(url)
    await life(socket)
    socket.send('grüße')
    socket.send(new Uint8Array(3))
    return [socket.bufferedAmount, socket.readyState]
  },
  'text comes back': (url, { answered }) => answered(url, 'grüße'),
  'a number is sent as text': (url, { answered }) => answered(url, 7 as never),
  'an object is sent as text': (url, { answered }) => answered(url, { toString: () => 'text of it' } as never),
  'a view comes back': (url, { answered }) => answered(url, new Uint8Array([1, 2, 3]).subarray(1)),
  'a buffer comes back as a Blob': (url, { answered }) => answered(url, new Uint8Array([65, 66]).buffer, 'blob'),
  'a Blob comes back': (url, { answered }) => answered(url, new Blob(['x'])),
  'what a message says': async (url, { opened, next }) => {
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
  'bufferedAmount while it is open': async (url, { opened }) => {
    const socket = await opened(url)
    socket.send('x'.repeat(1000))
    const seen = socket.bufferedAmount
    socket.close()
    return seen
  },
  'handlers among listeners, in their order': async (url, { life }) => {
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
  'a handler that was taken back, and set again': async (url, { life }) => {
    const order: string[] = []
    const socket = new WebSocket(url)
    socket.onopen = () => order.push('handler')
    socket.addEventListener('open', () => order.push('first'))
    socket.onopen = null
    socket.onopen = () => order.push('handler again')
    await life(socket)
    return order
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
  'once, signal and handleEvent': async (url, { life }) => {
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
  'a listener that throws does not keep the others from it': async (url, { life }) => {
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
  'a subclass': async (url, { next }) => {
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
    const before = [socket instanceof Chatty, socket instanceof WebSocket, socket.isOpen, socket.constructor === Chatty]
    await new Promise((resolve) => (socket.onopen = resolve))
    const answer = next(socket)
    socket.send('x')
    const { data } = (await answer) as { data: unknown }
    const { isOpen, said, protocol } = socket
    socket.close()
    return [before, isOpen, said, protocol, data]
  },
  'send, close and a getter of the prototype, replaced by the page': async (url, { life, opened, next }) => {
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
  'addEventListener of EventTarget, replaced by the page': async (url, { life }) => {
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
  'two at once, each with its own': async (url, { opened, next, nth }) => {
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
