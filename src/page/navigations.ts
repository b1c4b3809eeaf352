/** Where this page is about to lead: of a navigation, a worker is told neither its page nor its tab. */
import { elementsOf } from './own-origin.ts'
import { isWorker } from './realm.ts'

/** ms from a click to the request of its navigation, at most. */
const RECENT_MS = 10_000

let last: { readonly url: string; readonly at: number } | undefined
let isListening = false

/** The part of the Navigation API that tells where the tab itself goes, by whatever means. */
interface NavigationLike {
  addEventListener(
    type: 'navigate',
    listener: (event: { readonly destination: { readonly url: string } }) => void,
  ): void
}

/** Notes from now on which links are followed. */
export function noteNavigations(): void {
  if (isListening || isWorker) return
  isListening = true
  const note = (url: string) => (last = { url, at: Date.now() })
  const onClick = (event: Event) => {
    const link = event
      .composedPath()
      .find((each) => each instanceof HTMLAnchorElement || each instanceof HTMLAreaElement)
    if (link) note((link as HTMLAnchorElement).href)
  }
  window.addEventListener('click', onClick, true)
  window.addEventListener('auxclick', onClick, true)
  const { navigation } = globalThis as { navigation?: NavigationLike }
  navigation?.addEventListener('navigate', ({ destination }) => note(destination.url))
}

/** Whether a navigation to this URL is one of this page: of a frame in it, of a link, or of the tab itself. */
export function isNavigatingTo(url: string): boolean {
  noteNavigations()
  const wanted = withoutFragment(url)
  const isWanted = (each: string | undefined) => each !== undefined && withoutFragment(each) === wanted
  if (last && Date.now() - last.at < RECENT_MS && isWanted(last.url)) return true
  return elementsOf('iframe, frame, embed, object').some((frame) => {
    const { src, data } = frame as HTMLElement & { readonly src?: string; readonly data?: string }
    return isWanted(src) || isWanted(data)
  })
}

const withoutFragment = (url: string): string => url.replace(/#.*$/s, '')
