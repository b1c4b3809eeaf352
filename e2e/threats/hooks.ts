// biome-ignore-all lint/suspicious/noShadowRestrictedNames: the browser's own, taken before they are replaced.
// biome-ignore-all lint/complexity/noExcessiveLinesPerFunction: one function, since its text goes into a page.
/** A script that hooks all of it, as a dependency of a page can. */
import { FUNCTIONS, LANGUAGE, MEMBERS, PLATFORM } from './hooked-members.ts'

interface Hooked {
  readonly hooked: readonly string[]
  readonly functions: readonly string[]
  readonly members: readonly string[]
}

/** Runs in the page: hooks everything, and notes which hooks have seen a token, at once or in what they have kept. */
function hookEverything({ hooked, functions, members }: Hooked): void {
  const { apply, construct, ownKeys, getOwnPropertyDescriptor, defineProperty, deleteProperty, getPrototypeOf } =
    Reflect
  const { stringify } = JSON
  const { isView } = ArrayBuffer
  const { Request, Response, Headers, Promise, TextDecoder, Map, Set, RegExp, Proxy, Uint8Array, setTimeout } = window
  const { prototype: OBJECT } = Object
  const mapGet = Map.prototype.get
  const mapSet = Map.prototype.set
  const mapForEach = Map.prototype.forEach
  const setAdd = Set.prototype.add
  const setHas = Set.prototype.has
  const setForEach = Set.prototype.forEach
  const headersForEach = Headers.prototype.forEach
  const regExpExec = RegExp.prototype.exec
  const then = Promise.prototype.then
  const decode = TextDecoder.prototype.decode
  const clone = Response.prototype.clone
  const text = Response.prototype.text
  const getterOf = (of: { prototype: object }, name: string) => getOwnPropertyDescriptor(of.prototype, name)!.get!
  const headersOf = [getterOf(Request, 'headers'), getterOf(Response, 'headers')]
  const bodyUsed = getterOf(Response, 'bodyUsed')
  const keysOf = Object.keys
  // Tokens of the tests, also in base64url; a proof; a JWT.
  const TOKEN = /\b[ar]t-[\w-]{16,}|YXQt[\w-]{16,}|"dpop\+jwt"|\beyJ[\w-]{20,}\.[\w-]+/
  const decoder = new TextDecoder()
  const seen = new Set<string>()
  /** What hooks were given, to look at it again: a token may come into it later. */
  const kept: [hook: string, value: object][] = []
  const isKept = new Set<object>()
  const state = { busy: true, pending: 0 }

  const isToken = (text: string) => apply(regExpExec, TOKEN, [text]) !== null
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
  const follow = (promise: Promise<unknown>, use: (value: unknown) => void) => {
    state.pending++
    const done = (value: unknown) => {
      state.pending--
      quietly(() => use(value))
    }
    defineProperty(promise, 'constructor', { value: undefined, configurable: true })
    apply(then, promise, [done, () => void state.pending--])
    deleteProperty(promise, 'constructor')
  }
  const attempt = (run: () => unknown): unknown => {
    try {
      return run()
    } catch {
      return undefined
    }
  }
  const note = (hook: string) => void apply(setAdd, seen, [hook])
  /** @param isWritten whether what contains it was looked at as JSON */
  const look = (hook: string, value: unknown, depth = 0, isWritten = false): void => {
    if (typeof value === 'string') return void (isToken(value) && note(hook))
    if (typeof value !== 'object' || value === null || value === window || depth > 4) return
    if (isView(value)) {
      if (value.byteLength < 1e5) look(hook, apply(decode, decoder, [value]), depth)
      return
    }
    if (getPrototypeOf(value) === ArrayBuffer.prototype) return look(hook, new Uint8Array(value as ArrayBuffer), depth)
    const isNew = !(apply(setHas, isKept, [value]) as boolean)
    if (isNew && kept.length < 20_000) {
      apply(setAdd, isKept, [value])
      kept[kept.length] = [hook, value]
    }
    if (value instanceof Promise) {
      if (isNew) follow(value as Promise<unknown>, (result) => look(hook, result, depth + 1))
      return
    }
    const lookAt = (each: unknown, key: unknown) => {
      look(hook, each, depth + 1)
      look(hook, key, depth + 1)
    }
    attempt(() => apply(mapForEach, value, [lookAt]))
    attempt(() => apply(setForEach, value, [lookAt]))
    for (let i = 0; i < 3; i++) {
      const headers = i === 0 ? value : attempt(() => apply(headersOf[i - 1]!, value, []))
      attempt(() =>
        apply(headersForEach, headers, [(each: string, name: string) => look(hook, `${name}: ${each}`, depth)]),
      )
    }
    const isUnread = attempt(() => apply(bodyUsed, value, [])) === false
    if (isUnread && isNew) {
      const type = attempt(() => (value as Response).headers.get('content-type')) ?? ''
      if (!/event-stream/.test(type as string)) {
        const copy = attempt(() => apply(clone, value, []))
        if (copy) follow(apply(text, copy, []) as Promise<unknown>, (body) => look(hook, body, depth))
      }
    }
    const json = isWritten ? '' : attempt(() => stringify(value))
    look(hook, json ?? '', depth)
    const keys = keysOf(value)
    for (let i = 0; i < keys.length && i < 50; i++) {
      const member = attempt(() => (value as Record<string, unknown>)[keys[i]!])
      if (typeof member === 'object') look(hook, member, depth + 1, json !== undefined)
    }
  }
  const spies = new Map<unknown, unknown>()
  const spy = (hook: string, native: unknown): unknown => {
    if (typeof native !== 'function') return native
    const before = apply(mapGet, spies, [native])
    if (before) return before
    const watch = (value: unknown) => {
      if (!state.busy) quietly(() => look(hook, value))
    }
    const watchAll = (values: readonly unknown[]) => {
      for (let i = 0; i < values.length; i++) watch(values[i])
    }
    const replaced = new Proxy(native, {
      apply(target, self, args) {
        watch(self)
        watchAll(args)
        const result = apply(target as () => unknown, self, args)
        watch(result)
        return result
      },
      construct(target, args, newTarget) {
        watchAll(args)
        const result = construct(target as new () => object, args, newTarget) as object
        watch(result)
        return result
      },
    })
    apply(mapSet, spies, [native, replaced])
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
  /** Prototypes that no global names. */
  const unnamed: Readonly<Record<string, object | null>> = {
    TypedArray: getPrototypeOf(Uint8Array.prototype),
    ArrayIterator: getPrototypeOf([][Symbol.iterator]()),
    MapIterator: getPrototypeOf(new Map().entries()),
    SetIterator: getPrototypeOf(new Set().values()),
    StringIterator: getPrototypeOf(''[Symbol.iterator]()),
    RegExpStringIterator: getPrototypeOf(''.matchAll(/x/g)),
    HeadersIterator: getPrototypeOf(new Headers().entries()),
    URLSearchParamsIterator: getPrototypeOf(new URLSearchParams().entries()),
  }
  const globals = window as unknown as Record<string, { prototype?: object } | undefined>
  const found = hooked.map((name) => [name, unnamed[name] ?? globals[name]] as const)
  const replacedFunctions = functions.map((name) => [name, globals[name]] as const)
  for (const [name, each] of found) {
    if (!each) continue
    const { prototype } = each as { prototype?: object }
    if (prototype && !unnamed[name]) hookMembers(name, prototype)
    hookMembers(name, each)
  }
  for (const [name, each] of replacedFunctions) globals[name] = spy(name, each) as never
  // What a promise brings is asked for its `then`; a promise that is awaited, for its `constructor`.
  for (const [name, owner, key, value] of [
    ['Object', OBJECT, 'then', undefined],
    ['Promise', Promise.prototype, 'constructor', window.Promise],
  ] as const) {
    defineProperty(owner, key, {
      configurable: true,
      get(this: unknown) {
        if (!state.busy) quietly(() => look(`get ${name}.${key}`, this))
        return value
      },
      set(this: object, value: unknown) {
        defineProperty(this, key, { value, writable: true, configurable: true, enumerable: true })
      },
    })
  }
  for (const key of members) {
    defineProperty(OBJECT, key, {
      configurable: true,
      get(this: unknown) {
        if (!state.busy) quietly(() => look(`get Object.${key}`, this))
        return undefined
      },
      set(this: object, value: unknown) {
        if (!state.busy) quietly(() => look(`set Object.${key}`, value))
        defineProperty(this, key, { value, writable: true, configurable: true, enumerable: true })
      },
    })
  }
  Object.defineProperty(window, 'seenByHooks', {
    /** The hooks that have seen a token since the last call. */
    value: async (): Promise<readonly string[]> => {
      const end = Date.now() + 2_000
      do await new Promise((resolve) => setTimeout(resolve, 50))
      while (state.pending > 0 && Date.now() < end)
      state.busy = true
      for (let i = 0; i < kept.length; i++) {
        const [hook, value] = kept[i]!
        quietly(() => look(hook, value))
      }
      const all = [...seen].sort()
      seen.clear()
      state.busy = false
      return all
    },
  })
  state.busy = false
}

/** A script that hooks everything, and defines `seenByHooks()`. */
export const HOOKS = `<script>(${hookEverything.toString()})(${JSON.stringify({ hooked: [...LANGUAGE, ...PLATFORM], functions: FUNCTIONS, members: MEMBERS })})</script>`
