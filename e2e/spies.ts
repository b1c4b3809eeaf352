// biome-ignore-all lint/suspicious/noShadowRestrictedNames: the browser's own, taken before they are replaced.
// biome-ignore-all lint/suspicious/useIterableCallbackReturn: what a callback returns is not used.
// biome-ignore-all lint/complexity/noExcessiveLinesPerFunction: one function, since its text goes into a page.
/** What a dependency of a page can hook: every function and every accessor of everything that requests, tokens and messages pass. */

/** Global classes and namespaces of which every member is hooked, static ones too. */
const HOOKED = [
  ...['Array', 'ArrayBuffer', 'Map', 'Set', 'WeakMap', 'WeakSet', 'Object', 'Promise', 'Function', 'RegExp', 'String'],
  ...['JSON', 'Reflect', 'URL', 'URLSearchParams', 'Uint8Array', 'Error', 'Symbol', 'Proxy', 'Date', 'Number'],
  ...['Headers', 'Request', 'Response', 'XMLHttpRequest', 'XMLHttpRequestEventTarget', 'XMLHttpRequestUpload'],
  ...['EventSource', 'Event', 'MessageEvent', 'ProgressEvent', 'CustomEvent', 'EventTarget', 'AbortController'],
  ...['AbortSignal', 'Blob', 'FormData', 'FileReader', 'TextDecoder', 'TextEncoder', 'TextDecoderStream'],
  ...['ReadableStream', 'ReadableStreamDefaultReader', 'TransformStream', 'WritableStream'],
  ...['MessageChannel', 'MessagePort', 'BroadcastChannel', 'ServiceWorker', 'ServiceWorkerContainer'],
  ...['ServiceWorkerRegistration', 'Navigator', 'LockManager', 'Worker', 'WebSocket', 'Performance'],
  ...['IDBFactory', 'IDBDatabase', 'IDBTransaction', 'IDBObjectStore', 'IDBRequest', 'IDBOpenDBRequest', 'IDBCursor'],
  ...['Crypto', 'SubtleCrypto', 'Storage', 'History', 'Document', 'Element', 'HTMLElement', 'Node'],
  ...[
    'HTMLIFrameElement',
    'HTMLScriptElement',
    'HTMLImageElement',
    'HTMLMediaElement',
    'ShadowRoot',
    'MutationObserver',
  ],
] as const

/** Global functions. */
const FUNCTIONS = [
  'fetch',
  'structuredClone',
  'setTimeout',
  'queueMicrotask',
  'atob',
  'btoa',
  'encodeURIComponent',
  'eval',
]

/** Runs in the page: hooks everything, and notes which hooks see something that looks like a token, or an object of another realm. */
function hookEverything({
  hooked,
  functions,
}: {
  readonly hooked: readonly string[]
  readonly functions: readonly string[]
}) {
  const { apply, construct, ownKeys, getOwnPropertyDescriptor, defineProperty, deleteProperty, getPrototypeOf } =
    Reflect
  const { stringify } = JSON
  const { Request, Response, Headers, Promise, TextDecoder, Map, Set, RegExp, Proxy, setTimeout } = window
  const { get: nativeGet, set: nativeSet } = Map.prototype
  const [add, forEach, test] = [Set.prototype.add, Headers.prototype.forEach, RegExp.prototype.test]
  const [then, decode, cloneOf, textOf] = [
    Promise.prototype.then,
    TextDecoder.prototype.decode,
    Response.prototype.clone,
    Response.prototype.text,
  ]
  const headersOf = [Request, Response].map(({ prototype }) => getOwnPropertyDescriptor(prototype, 'headers')!.get!)
  const bodyUsed = getOwnPropertyDescriptor(Response.prototype, 'bodyUsed')!.get!
  const TOKEN = /\b[ar]t-[\w-]{16,}|"dpop\+jwt"|\beyJ[\w-]{20,}\.[\w-]+\./
  const OBJECT = Object.prototype
  const isArray = Array.isArray
  const isView = ArrayBuffer.isView
  const seen = new Set<string>()
  const state = { busy: true, pending: 0 }

  const note = (hook: string, what: string) => void apply(add, seen, [`${hook}: ${what}`])
  const isToken = (text: string) => apply(test, TOKEN, [text]) as boolean
  const follow = (promise: Promise<unknown>, use: (value: unknown) => void) => {
    defineProperty(promise, 'constructor', { value: undefined, configurable: true })
    apply(then, promise, [(value: unknown) => quietly(() => use(value)), () => {}])
    deleteProperty(promise, 'constructor')
  }
  const quietly = (run: () => void) => {
    const before = state.busy
    state.busy = true
    try {
      run()
    } catch {
      // It is only looked at.
    }
    state.busy = before
  }
  /** Whether the end of a prototype chain is of another realm. */
  const isForeign = (value: object): boolean => {
    let last: object | null = value
    for (let next = getPrototypeOf(last); next; next = getPrototypeOf(next)) last = next
    return last !== OBJECT && last !== value
  }
  const look = (hook: string, value: unknown, depth = 0): void => {
    if (typeof value === 'string') return void (isToken(value) && note(hook, 'token'))
    if (value === null || (typeof value !== 'object' && typeof value !== 'function') || depth > 4) return
    if (isForeign(value)) note(hook, 'another realm')
    if (typeof value === 'function') return
    if (value instanceof Promise) return follow(value, (result) => look(hook, result, depth + 1))
    if (isView(value))
      return void (value.byteLength < 1e5 && look(hook, apply(decode, new TextDecoder(), [value]), depth))
    for (const headers of [value, tryTo(headersOf[0]!, value), tryTo(headersOf[1]!, value)]) {
      try {
        apply(forEach, headers, [(each: string, name: string) => look(hook, `${name}: ${each}`, depth)])
      } catch {
        // No headers.
      }
    }
    if (value instanceof Response && !apply(bodyUsed, value, [])) {
      follow(apply(textOf, apply(cloneOf, value, []), []) as Promise<unknown>, (text) => look(hook, text, depth))
      return
    }
    let text = ''
    try {
      text = stringify(value) ?? ''
    } catch {
      // Cyclic.
    }
    look(hook, text, depth)
    for (const key of isArray(value) ? ownKeys(value) : []) look(hook, (value as never)[key], depth + 1)
  }
  const tryTo = (getter: () => unknown, value: object) => {
    try {
      return apply(getter, value, []) as unknown
    } catch {
      return undefined
    }
  }
  const spied = new Map<unknown, unknown>()
  const spy = (hook: string, native: unknown): unknown => {
    if (typeof native !== 'function') return native
    const before = apply(nativeGet, spied, [native]) as unknown
    if (before) return before
    const watch = (values: readonly unknown[]) => {
      if (!state.busy) quietly(() => values.forEach((value) => look(hook, value)))
    }
    const replaced = new Proxy(native, {
      apply(target, self, args) {
        watch([self, args])
        const result = apply(target as () => unknown, self, args) as unknown
        watch([result])
        return result
      },
      construct(target, args, newTarget) {
        watch([args])
        const result = construct(target as new () => object, args, newTarget) as object
        watch([result])
        return result
      },
    })
    apply(nativeSet, spied, [native, replaced])
    return replaced
  }
  const hookMembers = (name: string, owner: object) => {
    for (const key of ownKeys(owner)) {
      if (key === 'constructor' || key === 'prototype') continue
      const descriptor = getOwnPropertyDescriptor(owner, key)!
      if (!descriptor.configurable) continue
      const hook = `${name}.${String(key)}`
      const replaced =
        'value' in descriptor
          ? { ...descriptor, value: spy(hook, descriptor.value) }
          : { ...descriptor, get: spy(`get ${hook}`, descriptor.get), set: spy(`set ${hook}`, descriptor.set) }
      defineProperty(owner, key, replaced as PropertyDescriptor)
    }
  }
  const globals = window as unknown as Record<string, { prototype?: object } | undefined>
  for (const name of hooked) {
    const each = globals[name]
    if (!each) continue
    if (each.prototype) hookMembers(name, each.prototype)
    hookMembers(name, each)
  }
  for (const name of functions) globals[name] = spy(name, globals[name]) as never
  for (const name of [
    'Request',
    'Response',
    'Headers',
    'MessageChannel',
    'BroadcastChannel',
    'TextDecoder',
    'Blob',
    'Worker',
  ])
    if (globals[name]) globals[name] = spy(`new ${name}`, globals[name]) as never
  // What a promise is resolved with is asked for its `then`; a promise that is awaited, for its `constructor`.
  for (const [name, owner] of [
    ['Object', OBJECT],
    ['Promise', Promise.prototype],
  ] as const) {
    const key = name === 'Object' ? 'then' : 'constructor'
    defineProperty(owner, key, {
      configurable: true,
      get(this: unknown) {
        if (!state.busy) quietly(() => look(`get ${name}.prototype.${key}`, this))
        return name === 'Object' ? undefined : Promise
      },
      set(this: object, value: unknown) {
        defineProperty(this, key, { value, writable: true, configurable: true, enumerable: true })
      },
    })
  }
  for (const part of ['bearer-worker.page-part', 'bearer-worker.oauth-part']) {
    const set = (value: unknown) => {
      look(`set globalThis[${part}]`, value)
      defineProperty(window, Symbol.for(part), { value, configurable: true })
    }
    defineProperty(window, Symbol.for(part), { configurable: true, get: () => undefined, set })
  }
  Object.assign(window, {
    /** The hooks that have seen something since the last call. */
    seenByHooks: async (): Promise<readonly string[]> => {
      await new Promise((resolve) => setTimeout(resolve, 0))
      state.busy = true
      const all = [...seen].sort()
      seen.clear()
      state.busy = false
      return all
    },
  })
  state.busy = false
}

/** A script that hooks everything, and defines `seenByHooks()`. */
export const SPIES = `<script>(${hookEverything.toString()})(${JSON.stringify({ hooked: HOOKED, functions: FUNCTIONS })})</script>`
