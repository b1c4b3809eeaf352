import type { Matcher } from '../../engine/matcher.ts'
import type { Ask } from '../ask.ts'
import type { Gate } from './gate.ts'
import type { Track } from './abort-marks.ts'

/** What the intercepted functions of a page have in common. */
export interface Interception {
  readonly gate: Gate
  readonly track: Track
  /** Until this is known, every request is held. */
  matcher: Matcher | undefined
  readonly known: Promise<Matcher>
  /** Whether a request may be marked: somebody is signed in to its session, and a worker is there that removes marks. */
  readonly mayMark: (url: string) => boolean
  readonly ask: Ask
  /** Loads the part; `pagePart()` has it then. */
  readonly loadPagePart: () => Promise<void>
  /** Headers of a session for a synchronous request, which cannot wait; asked for when the first one is opened. */
  readonly synchronousHeaders: (session: string) => Readonly<Record<string, string>> | undefined
}

/** An XMLHttpRequest after `open()`. */
export interface OpenedXhr {
  readonly args: Parameters<typeof XMLHttpRequest.prototype.open>
  readonly method: string
  readonly url: string
  readonly headers: [name: string, value: string][]
  /** The page gave it up, or opened it anew. */
  over: boolean
  /** Its response headers have arrived. */
  answered?: boolean
  /** The body of a request that the page has sent, and that still waits here. */
  waits?: Body
  /** It has been answered, by the page part and not by the browser. */
  done?: boolean
  /** Looks at its events before the page does. */
  guard?: (event: Event) => void
  /** Takes back what the page part has changed of the object for this request. */
  restore?: () => void
  /** Ends the tracking of a request in flight. */
  endTracking?: (gaveUp: boolean) => void
}

export type Body = XMLHttpRequestBodyInit | null | undefined

/** Whether a URL is of a resource or a sign-in, as soon as that is known. */
export const isListed = async ({ matcher, known }: Interception, url: string): Promise<boolean> =>
  (matcher ?? (await known)).sessionOf(url) !== undefined
