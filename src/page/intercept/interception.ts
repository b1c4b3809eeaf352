import type { Matcher, TokenName } from '../../engine/matcher.ts'
import type { PagePart } from '../../page-part/index.ts'
import type { Ask } from '../ask.ts'
import type { DirectLane } from '../direct/lane.ts'
import type { Followed, Headers } from '../synchronous-headers.ts'
import type { Gate } from './gate.ts'
import type { Track } from './tracker.ts'

/** What the intercepted functions of a page have in common. */
export interface Interception {
  readonly gate: Gate
  readonly track: Track
  /** Requests that this page authorizes itself. */
  readonly direct: DirectLane
  /** Until this is known, every request is held. */
  matcher: Matcher | undefined
  readonly known: Promise<Matcher>
  /** Whether a worker is to be told when the page gives a request up: somebody is signed in to its session. */
  readonly mayTrack: (url: string) => boolean
  /** Whether nothing could cover this page: its requests leave as it made them. */
  readonly isLeft: () => boolean
  /**
   * Whether a request would leave without anybody who takes the tokens out of its answer: nothing could cover this page, and it is known
   * that `capture` lists the request. Then it is a network error.
   */
  readonly mustNotLeave: (request: { readonly method: string; readonly url: string }) => boolean
  readonly ask: Ask
  readonly loadPagePart: () => Promise<PagePart>
  /** Headers with an access token for a synchronous request, which cannot wait; asked for when the first one is opened. */
  readonly synchronousHeaders: (token: TokenName, url: string) => Headers | undefined
  /** The same for a request that leaves later: it is told of each change until then. */
  readonly followHeaders: (followed: Followed) => void
}

/** An XMLHttpRequest after `open()`. */
export interface OpenedXhr {
  readonly args: Parameters<typeof XMLHttpRequest.prototype.open>
  readonly method: string
  readonly url: string
  readonly headers: [name: string, value: string][]
  /** Those of them that the browser does not have yet: in a worker none of them, until it is sent. */
  readonly unset: [name: string, value: string][]
  wasSent?: true
  /** The page gave it up, or opened it again. */
  over: boolean
  /** Its response headers have arrived. */
  answered?: boolean
  /** The body of a request that the page has sent, and that still waits here. */
  waits?: Body
  /** Looks at its events before the page does. */
  guard?: (event: Event) => void
  /** Takes back what was changed of the object for this request. */
  restore?: () => void
  /** Ends the tracking of a request in flight. */
  endTracking?: (gaveUp: boolean) => void
}

export type Body = XMLHttpRequestBodyInit | null | undefined

/** Whether a URL is of a resource or a sign-in, as soon as that is known. */
export const isListed = async ({ matcher, known }: Interception, url: string): Promise<boolean> =>
  (matcher ?? (await known)).sessionOf(url) !== undefined
