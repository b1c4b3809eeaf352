import type { EngineName } from '../engines/engine.ts'

export type Lane = 'worker' | 'direct'

/** In WebKit what the page's own lane shows differs from run to run: preflights of beacons, headers of redirected streams. */
export const LANES: Readonly<Record<EngineName, readonly Lane[]>> = {
  chromium: ['worker', 'direct'],
  firefox: ['worker', 'direct'],
  webkit: ['worker'],
}

export interface Difference {
  readonly lane: Lane
  readonly observation: string
  /** What differs: a field of what the page sees, or `server …`. */
  readonly what: string
  /** As JSON. */
  readonly without: string
  readonly behind: string
}

interface Known {
  /** Stands in docs/transparency.md, in bold, with the explanation. */
  readonly reason: string
  readonly engines: readonly EngineName[]
  /** It is not seen in each run. */
  readonly isRare?: true
  readonly fits: (difference: Difference) => boolean
}

const isLifted = ({ observation }: Difference) =>
  /^(element \w+ (img|audio|video|track)|beacon|fetch \w+ mode no-cors)/.test(observation)
const CHROMIUM = ['chromium'] as const
const FIREFOX = ['firefox'] as const
const WEBKIT = ['webkit'] as const
const EVERY = ['chromium', 'firefox', 'webkit'] as const
const CHROMIUM_AND_FIREFOX = ['chromium', 'firefox'] as const

/** The first that fits is the reason. Each must still be seen, but for rare ones. */
export const KNOWN: readonly Known[] = [
  {
    reason: 'Event streams by fetch',
    engines: CHROMIUM_AND_FIREFOX,
    fits: ({ lane, observation, what }) =>
      lane === 'direct' && observation.startsWith('events') && /^(timing.initiatorType|server case accept)$/.test(what),
  },
  {
    reason: 'Resource Timing',
    engines: EVERY,
    fits: ({ what, behind }) =>
      what.startsWith('timing') && (!/initiatorType|renderBlocking/.test(what) || behind === '-'),
  },
  { reason: 'Header order', engines: EVERY, fits: ({ what }) => what === 'server order' },
  { reason: 'Sec-Fetch-Dest', engines: EVERY, fits: ({ what }) => what === 'server header sec-fetch-dest' },
  {
    reason: 'Client hints',
    engines: CHROMIUM,
    fits: ({ what, observation, behind }) =>
      /^server (header|case) sec-ch-ua/.test(what) &&
      behind === '-' &&
      (/^xhr|^fetch \w+ (a Request|abort)/.test(observation) || isLifted({ observation } as Difference)),
  },
  {
    reason: 'Sent as cors',
    engines: EVERY,
    fits: (difference) =>
      isLifted(difference) &&
      (/^server (header|case) (sec-fetch-mode|origin)$/.test(difference.what) ||
        difference.what === 'server.requests' ||
        (difference.what === 'canvas' && difference.behind === '"clean"')) &&
      difference.without !== difference.behind &&
      !(difference.what.endsWith('origin') && difference.behind === '-'),
  },
  {
    reason: 'no-cors fetch of another origin',
    engines: EVERY,
    fits: ({ observation, what }) =>
      observation === 'fetch other mode no-cors' && /^(body|hasBody|headers|ok|status|statusText|type|url)$/.test(what),
  },
  {
    reason: 'Preflights',
    engines: EVERY,
    fits: ({ observation, what, behind }) =>
      what === 'server.preflights' &&
      /^(element|events|beacon|fetch|import) other/.test(observation) &&
      behind.includes('authorization'),
  },
  {
    reason: 'No token on fetchLater',
    engines: CHROMIUM,
    fits: ({ lane, observation, what }) =>
      lane === 'worker' && observation.startsWith('later other') && what === 'server.preflights',
  },
  { reason: 'Priority', engines: FIREFOX, fits: ({ what }) => /^server (header|case) priority$/.test(what) },
  {
    reason: 'A large keepalive request is sent',
    engines: FIREFOX,
    fits: ({ observation }) => /^fetch \w+ keepalive, too large$/.test(observation),
  },
  {
    reason: 'Accept-Encoding of media',
    engines: WEBKIT,
    fits: ({ observation, what }) =>
      /^element \w+ (audio|video)/.test(observation) && /^server (header|case) accept-encoding$/.test(what),
  },
  {
    reason: 'Origin of the own origin',
    engines: WEBKIT,
    fits: ({ observation, what, behind }) =>
      observation.startsWith('element own') && /^server (header|case) origin$/.test(what) && behind === '-',
  },
  {
    reason: 'A broken answer fails at once',
    engines: WEBKIT,
    fits: ({ observation }) => /^(fetch|xhr) \w+ answer broken$/.test(observation),
  },
  {
    reason: 'No preflight for what the worker leaves alone',
    engines: WEBKIT,
    fits: ({ lane, observation, what }) =>
      (lane === 'direct' || observation.startsWith('xhr other upload events')) &&
      /^(fetch|xhr) (other|own a POST redirected to another)/.test(observation) &&
      /^server(\.preflights|\.requests| (header|case) content-type)$/.test(what) &&
      !/401|refusal/.test(observation),
  },
  {
    reason: 'The text of errors',
    engines: WEBKIT,
    fits: ({ what, behind }) => what === 'message' && behind.includes('FetchEvent.respondWith received an error'),
  },
  {
    reason: 'Referrer of a blob worker',
    engines: WEBKIT,
    isRare: true,
    fits: ({ observation, what }) => observation.startsWith('worker') && /^server (header|case) referer$/.test(what),
  },
  {
    reason: 'Headers of another origin',
    engines: WEBKIT,
    fits: ({ observation, what }) => observation.startsWith('xhr other') && what === 'headers',
  },
  {
    reason: 'Header bytes above 0x7F',
    engines: CHROMIUM,
    fits: ({ observation, what, behind }) =>
      observation === 'fetch own Latin-1 in a header' && what === 'server header x-own' && behind === '""',
  },
  {
    reason: 'A refused request is sent again',
    engines: EVERY,
    fits: ({ observation, what }) => /401|refusal/.test(observation) && /^server\.(requests|preflights)$/.test(what),
  },
  {
    reason: 'A broken answer of an XMLHttpRequest',
    engines: CHROMIUM,
    fits: ({ observation, what, behind }) =>
      /^xhr \w+ answer broken$/.test(observation) &&
      what === 'events' &&
      /"(error|abort) -","loadend -"]$/.test(behind),
  },
  {
    reason: 'An upload that is aborted at once',
    engines: CHROMIUM_AND_FIREFOX,
    fits: ({ observation, what }) => /^xhr \w+ upload events, aborted$/.test(observation) && what === 'events',
  },
]

export const reasonOf = (engine: EngineName, difference: Difference): string | undefined =>
  KNOWN.find(({ engines, fits }) => engines.includes(engine) && fits(difference))?.reason
