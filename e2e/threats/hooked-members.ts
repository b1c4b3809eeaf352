/** What a dependency of a page can hook: the classes and namespaces, functions and members that requests, tokens and messages pass. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Classes and namespaces of JavaScript itself. */
export const LANGUAGE = [
  ...['Array', 'ArrayBuffer', 'Map', 'Set', 'WeakMap', 'WeakSet', 'Object', 'Promise', 'Function', 'RegExp', 'String'],
  ...['JSON', 'Reflect', 'Uint8Array', 'TypedArray', 'DataView', 'Error', 'Symbol', 'Proxy', 'Date', 'Number'],
  ...['ArrayIterator', 'MapIterator', 'SetIterator', 'StringIterator', 'RegExpStringIterator', 'Generator', 'Iterator'],
]
/** Classes and namespaces of browsers. */
export const PLATFORM = [
  ...['Headers', 'HeadersIterator', 'Request', 'Response', 'XMLHttpRequest', 'XMLHttpRequestEventTarget'],
  ...['XMLHttpRequestUpload', 'EventSource', 'Event', 'MessageEvent', 'ProgressEvent', 'CustomEvent', 'EventTarget'],
  ...['AbortController', 'AbortSignal', 'Blob', 'FormData', 'FileReader', 'TextDecoder', 'TextEncoder'],
  ...['TextDecoderStream', 'ReadableStream', 'ReadableStreamDefaultReader', 'TransformStream', 'WritableStream'],
  ...['URL', 'URLSearchParams', 'URLSearchParamsIterator', 'URLPattern', 'DOMException'],
  ...['MessageChannel', 'MessagePort', 'BroadcastChannel', 'ServiceWorker', 'ServiceWorkerContainer'],
  ...['ServiceWorkerRegistration', 'Navigator', 'LockManager', 'Lock', 'Worker', 'Performance', 'PerformanceEntry'],
  ...['IDBFactory', 'IDBDatabase', 'IDBTransaction', 'IDBObjectStore', 'IDBRequest', 'IDBOpenDBRequest', 'IDBCursor'],
  ...['Crypto', 'SubtleCrypto', 'CryptoKey', 'Storage', 'History', 'Document', 'Element', 'Node', 'HTMLElement'],
  ...['HTMLScriptElement', 'TrustedTypePolicyFactory', 'console', 'WebSocket', 'WebSocketStream', 'CloseEvent'],
]
/** Global functions, and classes whose constructor is hooked. */
export const FUNCTIONS = [
  ...['fetch', 'structuredClone', 'setTimeout', 'queueMicrotask', 'atob', 'btoa', 'encodeURIComponent'],
  ...['Request', 'Response', 'Headers', 'URLSearchParams', 'MessageChannel', 'BroadcastChannel', 'Blob', 'FormData'],
  ...['TextDecoder', 'TextEncoder', 'MessageEvent', 'CustomEvent', 'Map', 'Set', 'Promise', 'RegExp'],
  ...['WebSocket', 'WebSocketStream'],
]

const DIST = process.env.BEARER_WORKER_DIST ?? join(import.meta.dirname, '../../dist')
/** Members of the dictionaries that browsers take: they are read also where nobody has written them. */
const OF_DICTIONARIES = [
  ...[
    'method',
    'headers',
    'body',
    'mode',
    'credentials',
    'cache',
    'redirect',
    'referrer',
    'referrerPolicy',
    'integrity',
  ],
  ...['keepalive', 'signal', 'window', 'duplex', 'priority', 'targetAddressSpace', 'status', 'statusText', 'transfer'],
  ...[
    'once',
    'passive',
    'capture',
    'durability',
    'keyPath',
    'autoIncrement',
    'ifAvailable',
    'steal',
    'fatal',
    'ignoreBOM',
  ],
  ...[
    'stream',
    'bubbles',
    'cancelable',
    'composed',
    'detail',
    'data',
    'origin',
    'lastEventId',
    'source',
    'ports',
    'type',
  ],
  ...['hash', 'name', 'namedCurve', 'lengthComputable', 'loaded', 'total', 'protocols', 'activateAfter', 'toJSON'],
]
/** With one of these in all objects no script can define a property; `then` and `constructor` are hooked in another way. */
const NOT_ADDED = /^(get|set|value|writable|enumerable|configurable|then|constructor|prototype|ref)$/

/** What a script can add to all objects to see those that have no such member themselves: every member that our scripts name. */
function membersOfAllObjects(): readonly string[] {
  const scripts = ['bearer-worker.js', 'bearer-worker.page.js', 'bearer-worker.oauth.js']
  const text = scripts.map((name) => readFileSync(join(DIST, name), 'utf8')).join('\n')
  const names = [...text.matchAll(/(?:\.|[{,])([a-z_$][\w$]{2,})/gi)].map(([, name]) => name!)
  return [...new Set([...names, ...OF_DICTIONARIES])].filter((name) => !NOT_ADDED.test(name) && !(name in {}))
}

export const MEMBERS = membersOfAllObjects()
/** Hooks that are members of all objects. */
export const OF_ALL_OBJECTS: ReadonlySet<string> = new Set(
  ['then', ...MEMBERS].flatMap((name) => [`get Object.${name}`, `set Object.${name}`]),
)

/** The class or namespace that a hook is of. */
export const classOf = (hook: string): string => hook.replace(/^(get|set) /, '').split('.')[0]!

/** Whether a hook is of JavaScript itself. */
export const isOfLanguage = (hook: string): boolean => LANGUAGE.includes(classOf(hook))
