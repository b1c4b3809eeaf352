import type { PagePart } from '../../page-part/index.ts'
import { type LoadedPart, PAGE_PART } from '../../protocol.ts'
import { version } from '../../version.ts'
import { addEventListener, apply, natives, pageNatives } from './natives.ts'

/**
 * The realm in which tokens are handled, where they must come to a page at all: an empty frame in a closed shadow tree, which no
 * script finds. Its functions are its own: what a script of the page has replaced, this one never calls.
 * @see https://html.spec.whatwg.org/multipage/nav-history-apis.html#document-tree-child-navigables
 */
type Realm = typeof globalThis & { readonly [PAGE_PART]?: LoadedPart<(natives: typeof pageNatives) => PagePart> }

let frame: HTMLIFrameElement | undefined
let part: PagePart | undefined
let trusted: ((url: string) => string) | undefined

/** The part, once it is loaded. No promise may ever have it as its value: a replaced `then` would see it. */
export const pagePart = (): PagePart | undefined => (realm() ? part : undefined)

/** Undefined before the frame is there, and after a script has removed it from the document. */
const realm = (): Realm | undefined => (frame && (apply(natives.contentWindow, frame, []) as Realm | null)) ?? undefined

/** Loads the part into the realm, which it opens. Rejects when the script cannot be loaded. */
export function loadIntoRealm(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const load = () =>
      loadScript(
        url,
        () => {
          const problem = openPart()
          if (problem) reject(new Error(problem))
          else resolve()
        },
        () => reject(new Error('no script came')),
      )
    if (realm()) load()
    else openFrame(load)
  })
}

/** Opens the part that a script has just put into the realm. Returns why it cannot be used: a server may answer anything with 200. */
function openPart(): string | undefined {
  const loaded = realm()?.[PAGE_PART]
  if (!loaded?.version) return 'the answer is another file'
  if (loaded.version !== version) return `it is of version ${loaded.version}, not ${version}`
  part = loaded.part(pageNatives)
  return undefined
}

function openFrame(onOpen: () => void): void {
  // No loop and no list: a replaced iterator would see the frame.
  const create = (name: string) => {
    const element = apply(natives.createElement, document, [name])
    apply(natives.setAttribute, element, ['hidden', ''])
    return element
  }
  const host = create('span')
  frame = create('iframe') as HTMLIFrameElement
  trusted = undefined
  // Some browsers replace the empty document once more before this event.
  apply(addEventListener, frame, ['load', onOpen, { once: true }])
  apply(natives.appendChild, apply(natives.attachShadow, host, [{ mode: 'closed' }]), [frame])
  apply(natives.appendChild, document.documentElement, [host])
}

/** Loads a script into the realm. */
export function loadScript(url: string, onLoaded: () => void, onFailed: () => void): void {
  const { document, trustedTypes } = realm() as Realm & { trustedTypes?: TrustedTypes }
  trusted ??= trustedTypes
    ? (
        (policy) => (each: string) =>
          policy.createScriptURL(each)
      )(trustedTypes.createPolicy('bearer-worker', { createScriptURL: (each) => each }))
    : (each) => each
  const script = document.createElement('script')
  script.nonce = natives.nonce
  script.onload = () => onLoaded()
  script.onerror = () => onFailed()
  script.src = trusted(url)
  document.head.append(script)
}

/** @see https://w3c.github.io/trusted-types/dist/spec/ */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string }
}
