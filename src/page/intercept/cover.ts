import type { Offered } from '../../in-page/offer.ts'
import type { Ask } from '../ask.ts'
import type { Concerns } from './concerns.ts'
import type { Gate } from './gate.ts'
import type { Track } from './in-flight.ts'

/** What the intercepted functions of a page have in common. */
export interface Cover {
  readonly gate: Gate
  readonly track: Track
  /** Undefined until it is known; then all are held. */
  concerns: Concerns | undefined
  readonly known: Promise<Concerns>
  /** Whether a request may be marked: somebody is signed in to its session, and a worker is there that takes marks off. */
  readonly mayMark: (url: string) => boolean
  readonly ask: Ask
  /** What the worker's file has for a page. */
  readonly offered: () => Promise<Offered>
  /** The header of a session, for what cannot wait. */
  readonly atHand: ReadonlyMap<string, Readonly<Record<string, string>>>
}

/** An XMLHttpRequest after `open()`. */
export interface Opened {
  readonly args: Parameters<typeof XMLHttpRequest.prototype.open>
  readonly method: string
  readonly url: string
  readonly headers: [name: string, value: string][]
  /** The page gave it up, or opened it anew. */
  over: boolean
  /** Its response headers were here. */
  answered?: boolean
  /** The body of a request that the page has sent, and that still waits here. */
  waits?: Body
  /** Looks at its events before the page does. */
  guard?: (event: Event) => void
  /** Ends the tracking of a request in flight. */
  settled?: (gaveUp: boolean) => void
}

export type Body = XMLHttpRequestBodyInit | null | undefined

/** Whether a URL concerns us, as soon as that is known. */
export const isConcerned = async ({ concerns, known }: Cover, url: string): Promise<boolean> =>
  (concerns ?? (await known))(url) !== undefined
