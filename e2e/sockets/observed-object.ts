import type { Observations } from './lab.ts'

/** The object: what it is and shows, before it is open and after it was closed. */
export const ofTheObject: Observations = {
  'CONNECTING at once': (url, { closed }) => {
    const socket = closed(url)
    const fresh = new WebSocket(url)
    const { readyState, protocol, extensions, binaryType, bufferedAmount, onopen, onmessage, onerror, onclose } = fresh
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
  'what it is': (url, { closed }) => {
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
  'its constants': (url, { closed }) => {
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
  'every name in it': (url, { closed }) => {
    const names: string[] = []
    for (const name in closed(url)) names.push(name)
    return names
  },
  'url, with what the page wrote': (url, { closed }) =>
    ['', '?', '?a=b c', '?ä#'.slice(0, 2)].map((more) => closed(url + more).url.replace(url, '')),
  'url of http and of a URL object': (url, { closed }) => [
    closed(url.replace('ws:', 'http:')).url === url,
    closed(new URL(url) as never).url === url,
  ],
  'close with bad codes': (url, { failure }) => {
    const socket = new WebSocket(url)
    const codes = [0, 999, 1001, 1005, 2999, 5000, 65_536, -1, Number.NaN, '1001', null, {}]
    const thrown = codes.map((code) => failure(() => socket.close(code as number)))
    const state = socket.readyState
    socket.close()
    return [thrown, state]
  },
  'close with odd codes that are good': (url, { failure }) =>
    [1000, 3000, 4999, 1000.4, '3000', undefined].map((code) => {
      const socket = new WebSocket(url)
      return [failure(() => socket.close(code as number)), socket.readyState]
    }),
  'close with a long reason': (url, { failure }) => {
    const socket = new WebSocket(url)
    return ['x'.repeat(123), 'x'.repeat(124), 'ü'.repeat(62)].map((reason) => failure(() => socket.close(1000, reason)))
  },
  'send before it is open': (url, { failure }) => {
    const socket = new WebSocket(url)
    const thrown = [failure(() => socket.send('x')), failure(() => (socket.send as () => void)())]
    socket.close()
    return [thrown, socket.bufferedAmount]
  },
  'send after close': (url, { failure, closed }) => {
    const socket = closed(url)
    // WebKit counts the header of the frame, too.
    return [failure(() => socket.send('grüße')), socket.bufferedAmount >= 7, socket.readyState]
  },
  'handlers that are none': (url, { closed }) => {
    const socket = closed(url)
    return [null, undefined, 1, 'x', {}, () => {}].map((value) => {
      socket.onopen = value as never
      return socket.onopen === value ? 'kept' : String(socket.onopen)
    })
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
  'bad URLs': (url, { bad }) => [
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
  'bad protocols': (url, { bad }) => [
    ...['', 'a b', 'a,b', 'ä', '(a)', 'a/b', 'a\n', null, undefined, 7, {}, true].map((each) =>
      each === null || each === undefined || each === 7 || each === true ? 'good' : bad(url, each),
    ),
    bad(url, ['a', 'a']),
    bad(url, ['a', '']),
    bad(url, ['a', Symbol('x')]),
    bad(url, [{}]),
    bad(url, { length: 1, 0: 'a' }),
  ],
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
  'without new': (_, { failure }) => failure(() => (WebSocket as unknown as (url: string) => void)('ws://localhost/')),
  'its members, taken off': (url, { failure, closed }) => {
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
  'an event of the page': (url, { closed }) => {
    const socket = closed(url)
    const seen: unknown[] = []
    socket.onmessage = ({ data }) => seen.push(data)
    seen.push(socket.dispatchEvent(new MessageEvent('message', { data: 'mine' })))
    return seen
  },
  'a structured clone': (url, { failure, closed }) => failure(() => structuredClone(closed(url))),
}
