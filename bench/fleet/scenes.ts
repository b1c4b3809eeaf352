/** What happens to the token endpoint, and when. Time 0 is the beginning of the disturbance. */
import { Browser, type World } from './browser.ts'
import type { Policy } from './policies.ts'
import { downUntil, healthy, LIFETIME_SECONDS, rotating, silent, slow, tooMany, unavailable } from './servers.ts'
import { lossy, type At, type TokenEndpoint } from './servers.ts'
import { Tally } from './tally.ts'
import { Random } from '../../scripts/random.ts'

const MINUTE = 60_000
export const LIFETIME_MS = LIFETIME_SECONDS * 1000
/** What is looked at before the disturbance, so that there is a usual load to compare with. */
const BEFORE_MS = LIFETIME_MS + 5 * MINUTE
/** Time in which those who come back late are still coming back: they are no wave of their own. */
const RETURN_MS = 3 * MINUTE
/** The lifetimes after the disturbance in which a wave could build up. */
const LIFETIMES_AFTER = 3

export interface Scene {
  readonly name: string
  readonly title: string
  /** 0 for what happens at a single moment. */
  readonly durationMs: number
  readonly disturbed: TokenEndpoint
  readonly usually: TokenEndpoint
  readonly revokes?: boolean
  /** The browsers sign in during the disturbance, and were not there before. */
  readonly signsIn?: boolean
}

const outage = (name: string, title: string, disturbed: TokenEndpoint): Scene => ({
  name,
  title,
  durationMs: 10 * MINUTE,
  disturbed,
  usually: healthy,
})

export const SCENES: readonly Scene[] = [
  outage('503', 'an outage of ten minutes: 503', unavailable),
  outage('timeouts', 'the same, and no answer at all', silent),
  outage('429', 'the same, 429 with Retry-After: 60', tooMany(60)),
  outage('until', 'the same, 503 with Retry-After until its end', downUntil(10 * MINUTE)),
  {
    name: 'revoked',
    title: 'a deployment revokes every access token at once',
    durationMs: 0,
    disturbed: healthy,
    usually: healthy,
    revokes: true,
  },
  {
    name: 'nine',
    title: "nine o'clock: all sign in within five minutes",
    durationMs: 5 * MINUTE,
    disturbed: healthy,
    usually: healthy,
    signsIn: true,
  },
  {
    name: 'rotating',
    title: 'a server that rotates, grace 10 s; 5 % of the answers are lost for ten minutes',
    durationMs: 10 * MINUTE,
    disturbed: lossy(0.05, rotating(10_000)),
    usually: rotating(10_000),
  },
]

/** Sessions that a rotating server ends, by its grace: one answer in twenty is lost, or two in five come later than the browser waits. */
export const graceScenes = (graceMs: number): readonly Scene[] => {
  const usually = rotating(graceMs)
  const scene = { durationMs: 10 * MINUTE, usually }
  return [
    { ...scene, name: 'lossy', title: '5 % of the answers are lost', disturbed: lossy(0.05, usually) },
    { ...scene, name: 'slow', title: 'answers take 4 to 14 s', disturbed: slow(usually) },
  ]
}

export interface Fleet {
  readonly policy: Policy
  readonly browsers: number
  readonly seed: number
}

/** Loads are in calls a second, not yet in multiples of the usual. */
export interface Played {
  readonly usual: number
  readonly during?: { readonly mean: number; readonly peak: number }
  readonly tenSecondsAfter: number
  readonly wave: number
  /** ms after the disturbance until 95 % have a token again; 0 when nobody was without. */
  readonly recoveryMs: number
  /** Requests that a user sent in vain, on average. */
  readonly unservedRequests: number
  readonly lostSessions: number
  /** For windows of ten seconds, from `SERIES_FROM` on. */
  readonly series: readonly number[]
}

export const SERIES_FROM: At = -2 * MINUTE

export function play(scene: Scene, { policy, browsers, seed }: Fleet): Played {
  const random = new Random(seed)
  const overAt = scene.durationMs
  const until = overAt + LIFETIMES_AFTER * LIFETIME_MS
  const tally = new Tally(-BEFORE_MS, until)
  const world: World = {
    policy,
    tally,
    random,
    endpointAt: (at) => (at >= 0 && at < overAt ? scene.disturbed : scene.usually),
    ...(scene.revokes && { revokedAt: 0 }),
    overAt,
    until,
  }
  for (let i = 0; i < browsers; i++) {
    const browser = scene.signsIn
      ? new Browser(world, random.next() * overAt)
      : new Browser(world, -BEFORE_MS).settled()
    browser.live()
  }
  return {
    usual: tally.mean(-LIFETIME_MS, 0),
    ...(overAt > 0 && { during: { mean: tally.mean(0, overAt), peak: tally.peak(0, overAt) } }),
    tenSecondsAfter: tally.mean(overAt, overAt + 10_000),
    wave: tally.peak(overAt + RETURN_MS, until),
    recoveryMs: tally.recoveryMs(0.95, browsers),
    unservedRequests: tally.unservedRequests / browsers,
    lostSessions: tally.lostSessions / browsers,
    series: tally.series(SERIES_FROM, until),
  }
}

/** What a fleet sees of a scene, in multiples of its usual load. */
export function inMultiples(played: Played, usual = played.usual): Omit<Played, 'usual'> {
  const { during } = played
  return {
    ...played,
    ...(during && { during: { mean: during.mean / usual, peak: during.peak / usual } }),
    tenSecondsAfter: played.tenSecondsAfter / usual,
    wave: played.wave / usual,
    series: played.series.map((calls) => calls / usual),
  }
}
