/**
 * Copies of the browser's classes, with the members that they had when this script ran. What a script replaces later in
 * `Headers.prototype`, `IDBRequest.prototype` or `Map.prototype` is not called for objects of these copies. They are the
 * browser's own objects all the same: only their prototype is another one.
 */
import type { BrowserClasses } from '../../io/browser-classes.ts'
import { globals } from '../realm.ts'

export const { apply } = Reflect
const { construct, ownKeys, getOwnPropertyDescriptor, getPrototypeOf, setPrototypeOf, defineProperty } = Reflect
const { create, freeze, hasOwn } = Object
const isInstance = Function.prototype[Symbol.hasInstance]

type Call = (this: unknown, ...args: never) => unknown
/** What is done with the result of a member. */
type Result = (value: unknown) => unknown

/** A method as a function of its object. It does not use `call()`, which a script may have replaced. */
export const uncurried =
  <This, Args extends unknown[], Returned>(method: (this: This, ...args: Args) => Returned) =>
  (self: This, ...args: Args): Returned =>
    apply(method, self, args)

/** A property that the browser defines by a getter, as a function of its object. */
export function getterOf<Of extends object, Name extends keyof Of>(
  from: { readonly prototype: Of } | undefined,
  name: Name,
): (self: Of) => Of[Name] {
  const { get } = getOwnPropertyDescriptor(from?.prototype ?? {}, name) ?? {}
  return uncurried(get as (this: Of) => Of[Name])
}

/** The same for its setter. */
export function setterOf<Of extends object, Name extends keyof Of>(
  from: { readonly prototype: Of } | undefined,
  name: Name,
): (self: Of, value: Of[Name]) => void {
  const { set } = getOwnPropertyDescriptor(from?.prototype ?? {}, name) ?? {}
  return uncurried(set as (this: Of, value: Of[Name]) => void)
}

const promises = Promise.prototype
const then = uncurried(promises.then)
const { get, set } = WeakMap.prototype
export const getFrom = <Value>(map: WeakMap<object, Value>, key: object): Value | undefined =>
  apply(get, map, [key]) as Value | undefined
export const setIn = <Value>(map: WeakMap<object, Value>, key: object, value: Value): unknown =>
  apply(set, map, [key, value])
/** By a prototype of the browser, its copy; and the other way round. */
const copies = new WeakMap<object, object>()
const originals = new WeakMap<object, object>()

function exchanged(value: unknown, prototypes: WeakMap<object, object>): unknown {
  if (typeof value !== 'object' || value === null) return value
  const prototype = getPrototypeOf(value)
  const other = prototype && getFrom(prototypes, prototype)
  if (other) setPrototypeOf(value, other)
  return value
}

const asIs: Result = (value) => value
const own: Result = (value) => exchanged(value, copies)
/** The same for what a promise brings. */
const ownLater: Result = (value) =>
  typeof value === 'object' && value !== null && getPrototypeOf(value) === promises
    ? then(value as Promise<unknown>, own)
    : own(value)

/** An object of the browser as a page expects it, with the browser's prototype. */
export const given = <T>(value: T): T => exchanged(value, originals) as T

/** @param self what the member is called on, where there is one such object only */
function copied(descriptor: PropertyDescriptor, result: Result, self?: object): PropertyDescriptor {
  const wrapped = (native: unknown) =>
    typeof native === 'function'
      ? function (this: unknown, ...args: never): unknown {
          return result(apply(native as Call, self ?? this, args))
        }
      : native
  return 'value' in descriptor
    ? { ...descriptor, value: wrapped(descriptor.value) as unknown }
    : { ...descriptor, get: wrapped(descriptor.get) as () => unknown, set: wrapped(descriptor.set) as () => void }
}

/** Copies the members of an object and of all that it inherits from, except those that every object or function has. */
function copyMembers(from: object, to: object, result: Result, self?: object): void {
  for (let each: object | null = from; each; each = getPrototypeOf(each)) {
    if (each === Object.prototype || each === Function.prototype) return
    for (const key of ownKeys(each)) {
      if (key === 'constructor' || hasOwn(to, key)) continue
      defineProperty(to, key, copied(getOwnPropertyDescriptor(each, key)!, result, self))
    }
  }
}

function copyPrototype(prototype: object, result: Result): object {
  const copy = create(prototype) as object
  // Whatever a promise brings is asked for `then`, which a script may have added to all objects.
  defineProperty(copy, 'then', { value: undefined })
  copyMembers(prototype, copy, result)
  setIn(copies, prototype, copy)
  setIn(originals, copy, prototype)
  return freeze(copy)
}

function copyClass<Native>(native: Native, result: Result = ownLater): Native {
  if (typeof native !== 'function') return native
  const { prototype } = native as { readonly prototype: object }
  const copy = function (this: unknown, ...args: never): unknown {
    return new.target ? construct(native, args, copy) : apply(native as unknown as Call, this, args)
  }
  copyMembers(native, copy, result, native)
  // Objects of a page are objects of the class, too.
  defineProperty(copy, Symbol.hasInstance, { value: (value: unknown) => apply(isInstance, native, [value]) })
  copy.prototype = result === asIs ? prototype : copyPrototype(prototype, result)
  return freeze(copy) as Native
}

/** Copies what there is only one of. Undefined where the browser has none: a page on plain http has no locks. */
function copyObject<Native extends object | undefined>(
  native: Native,
  changes: object = {},
  result = ownLater,
): Native {
  if (!native) return native
  const copy = { ...changes }
  copyMembers(native, copy, result, native)
  return freeze(copy) as Native
}

/** Whose iterators have a prototype of their own, which no global names. */
function copyIterators(...iterators: readonly object[]): void {
  for (const iterator of iterators) copyPrototype(getPrototypeOf(iterator)!, own)
}

// A framework that renders on a server imports this too: there is none of these there.
const page: Partial<typeof globalThis> = globals
const { navigator, crypto, indexedDB } = page

/** What handles tokens in a page uses these in place of the globals. */
export const ownClasses: BrowserClasses = {
  Headers: copyClass(page.Headers!),
  Request: copyClass(page.Request!),
  Response: copyClass(page.Response!),
  URL: copyClass(page.URL!),
  URLPattern: copyClass(page.URLPattern!),
  URLSearchParams: copyClass(page.URLSearchParams!),
  TextDecoder: copyClass(page.TextDecoder!),
  TextEncoder: copyClass(page.TextEncoder!),
  Map: copyClass(Map, own),
  Set: copyClass(Set, own),
  Object: copyClass(Object, asIs),
  JSON: copyObject(JSON, {}, asIs),
  indexedDB: copyObject(indexedDB!),
  crypto: copyObject(crypto!, { subtle: copyObject(crypto?.subtle) }),
  navigator: {
    userAgent: navigator?.userAgent,
    locks: copyObject(navigator?.locks),
    get onLine() {
      return navigator?.onLine
    },
  } as Navigator,
}

const { MessageChannel, MessagePort, ReadableStream, ReadableStreamDefaultReader } = page
const { IDBDatabase, IDBTransaction, IDBObjectStore, IDBRequest, IDBOpenDBRequest } = page
/** For the reply of a worker, which may contain a token. */
export const OwnMessageChannel = copyClass(MessageChannel!)
for (const each of [MessagePort, ReadableStream, ReadableStreamDefaultReader]) copyClass(each)
for (const each of [IDBDatabase, IDBTransaction, IDBObjectStore, IDBRequest, IDBOpenDBRequest]) copyClass(each)
if (page.Headers)
  copyIterators(new Headers().entries(), new URLSearchParams().entries(), new Map().entries(), new Set().values())

const { fetch: nativeFetch } = page
/** `fetch` for whoever handles tokens: its answers are objects of these classes. */
export const ownFetch = ((...args: Parameters<typeof fetch>) =>
  ownLater(apply(nativeFetch!, undefined, args))) as typeof fetch
