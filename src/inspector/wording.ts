import type { BearerWorkerError } from '../page/index.ts'
import type { Entry, ExchangeOutcome, RefreshOutcomeKind, SessionView } from '../protocol.ts'

export type Mood = 'good' | 'turn' | 'bad' | 'plain'

export interface Wording {
  /** One or two words. */
  readonly stamp: string
  readonly mood: Mood
  /** What was decided, and why: a sentence. */
  readonly why: string
}

const REQUESTS: Readonly<Record<ExchangeOutcome, Wording>> = {
  sent: {
    stamp: 'sent',
    mood: 'good',
    why: 'The session had a good access token: the request got its header and went out at once.',
  },
  untouched: {
    stamp: 'untouched',
    mood: 'plain',
    why: 'There was no token to send: nobody was signed in, so the request went out as the page made it.',
  },
  'refreshed-first': {
    stamp: 'refreshed first',
    mood: 'turn',
    why: 'The access token had expired, or was about to: the request was held until a new one was there.',
  },
  replayed: {
    stamp: 'replayed',
    mood: 'turn',
    why: 'The server refused the access token: it was refreshed, and the same request was sent once more.',
  },
  refused: {
    stamp: 'refused',
    mood: 'bad',
    why: 'The server refused the access token, and there was no newer one: the page got that answer.',
  },
  failed: {
    stamp: 'failed',
    mood: 'bad',
    why: 'No answer: the network failed, or there was no token in time. The page got a network error.',
  },
  captured: {
    stamp: 'signed in',
    mood: 'turn',
    why: 'A sign-in: the tokens in the answer were kept, and the page got the answer without them.',
  },
  'no-token': {
    stamp: 'no token',
    mood: 'bad',
    why: 'A sign-in that "capture" lists was answered without a token where "tokenFields" says: the page got the answer as it was.',
  },
}

const REFRESHES: Readonly<Record<RefreshOutcomeKind, Wording>> = {
  success: {
    stamp: 'new token',
    mood: 'turn',
    why: 'The server gave a new access token. Everything that waited went out with it.',
  },
  moved: { stamp: 'by another', mood: 'plain', why: 'Another tab, or a sign-in, was first: its token was taken.' },
  'for-now': {
    stamp: 'failed for now',
    mood: 'bad',
    why: 'No new token for now: offline, or the server is busy or broken. The session is kept, and it is tried again.',
  },
  'needs-user': {
    stamp: 'needs the user',
    mood: 'bad',
    why: 'The server wants the user before it gives a new token. The session is kept until somebody acts.',
  },
  configuration: {
    stamp: 'misconfigured',
    mood: 'bad',
    why: 'The server refused the refresh because of how it was asked: look at "refresh" of the configuration.',
  },
  ended: { stamp: 'ended', mood: 'bad', why: 'The server ended the session. The user has to sign in again.' },
}

/** What an outcome means; one that a newer worker brings is shown as it is. */
export function wordingOf({ kind, outcome }: Pick<Entry, 'kind' | 'outcome'>): Wording {
  const wordings: Readonly<Record<string, Wording>> = kind === 'refresh' ? REFRESHES : REQUESTS
  const known = wordings[outcome]
  return known ?? { stamp: outcome.replaceAll('-', ' '), mood: 'plain', why: `The outcome was "${outcome}".` }
}

/** The colour of an entry: by the status of its answer, unless the outcome itself is a problem. */
export function moodOfEntry({ kind, outcome, status }: Pick<Entry, 'kind' | 'outcome' | 'status'>): Mood {
  const { mood } = wordingOf({ kind, outcome })
  if (mood === 'bad' || (status !== undefined && status >= 400)) return 'bad'
  if (kind === 'refresh') return outcome === 'success' ? 'good' : mood
  return status !== undefined && status < 300 ? 'good' : 'plain'
}

/** The status of the answer, and before it that of the refused one where the request was replayed. */
export function statusOf({ kind, outcome, status, refusedStatus }: Entry): readonly [string, ...string[]] {
  const last = status === undefined ? withoutStatus({ kind, outcome }) : `${status}`
  return outcome === 'replayed' ? [`${refusedStatus ?? 'refused'}`, last] : [last]
}

/** The page cannot read the status of an opaque answer. */
function withoutStatus({ kind, outcome }: Pick<Entry, 'kind' | 'outcome'>): string {
  if (wordingOf({ kind, outcome }).mood === 'bad') return 'no answer'
  return kind === 'request' ? 'opaque' : ''
}

/** Who refreshed for a request that waited, or was replayed: the refresh of its session that ran meanwhile. */
export function refreshFor(request: Entry, entries: readonly Entry[]): Entry | undefined {
  if (request.kind === 'refresh' || (request.waitedMs === 0 && request.outcome !== 'replayed')) return undefined
  const until = request.at + request.durationMs
  return entries.findLast(
    ({ kind, session, account, resource, at, durationMs }) =>
      kind === 'refresh' &&
      session === request.session &&
      account === request.account &&
      resource === request.resource &&
      at <= until &&
      at + durationMs >= request.at,
  )
}

/** How many requests one refresh was for. */
export function servedBy(refresh: Entry, entries: readonly Entry[]): number {
  return entries.filter((entry) => refreshFor(entry, entries) === refresh).length
}

export function moodOf({ state, retryAt }: SessionView): Mood {
  if (state === 'ended' || retryAt !== undefined) return 'bad'
  return state === 'active' ? 'good' : 'plain'
}

export function stateOf({ state, reason }: SessionView): string {
  const words = { 'signed-out': 'signed out', active: 'active', ended: 'ended' }[state]
  return reason === undefined ? words : `${words}: ${reason}`
}

/** `12 ms`; `12 to 340 ms` for several. */
export function range(values: readonly number[]): string {
  const [least, most] = [Math.round(Math.min(...values)), Math.max(...values)]
  return least === Math.round(most) ? milliseconds(most) : `${least} to ${milliseconds(most)}`
}

export function milliseconds(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** `14 s`, `3 min`, `2 h`, `5 days`: coarser the more is left. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} days`
}

export function time(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB')
}

/** What went wrong, and its cure or its code. */
export function problemOf({ code, message, issues }: BearerWorkerError): [problem: string, cure: string] {
  const list = issues?.map(({ path, message: each }) => `${path || '(file)'}: ${each}`).join('\n')
  return [list ? 'The configuration is refused.' : message, list ?? (code ? `Code: ${code}` : '')]
}
