import type { Name } from './contenders.ts'
import type { Spread } from './statistics.ts'

/** The results of a run: bench/results.json. */
export interface Results {
  /** ISO 8601, the day. */
  readonly date: string
  readonly machine: {
    readonly cores: number
    readonly processor: string
    readonly system: string
    readonly load: { readonly before: number; readonly after: number }
  }
  readonly versions: Readonly<Record<string, string>>
  readonly minutes: number
  readonly timings: readonly Timing[]
  readonly bursts?: Bursts
  readonly heap?: readonly Heap[]
  readonly load?: readonly Load[]
  readonly sizes?: readonly Size[]
}

/** How long one measure took for each contender. */
export interface Timing {
  readonly name: string
  readonly title: string
  readonly unit: string
  readonly rounds: number
  /** Samples of each contender in a round. */
  readonly samples: number
  /** The contender that the others are compared with, within each round. */
  readonly against: Name
  /** The contender that has to reach the goal: `ours` by default. */
  readonly of?: Name
  /** The goal in ms over the reference, in place of `goal`. */
  readonly within?: { readonly ms: number; readonly over: Spread }
  /** The goal for Bearer Worker, as a multiple of the reference. */
  readonly goal: number
  /** How much a ratio can be off by chance, measured with a floor that runs twice. */
  readonly noise: number
  readonly rows: readonly TimingRow[]
  /** The page's own lane, relative to others in the same round, and what it is to reach. */
  readonly direct?: readonly { readonly against: Name; readonly goal: number; readonly ratio: Spread }[]
}

export interface TimingRow {
  readonly contender: Name
  /** Over the rounds: median of the medians, and of the 25th percentiles. */
  readonly median: number
  readonly p25: number
  /** Relative to the reference in the same round. */
  readonly ratio: Spread
  readonly failures: number
}

export interface Bursts {
  readonly requests: number
  readonly tabs: number
  readonly rounds: number
  readonly refreshMs: number
  /** As for timings, measured with a burst with a valid token that runs twice. */
  readonly noise: number
  readonly rows: readonly BurstRow[]
}

export interface BurstRow {
  readonly contender: Name
  readonly good: Burst
  readonly expired?: Burst
  readonly refused?: Burst
}

export interface Burst {
  readonly ms: Spread
  /** Relative to the burst with a valid token plus one refresh, in the same round. */
  readonly ratio?: Spread
  /** The least and the most in one round. */
  readonly refreshes: readonly [number, number]
  readonly failures: readonly [number, number]
}

/** Bytes by which a worker's heap and buffers grow while it passes on a large body. */
export interface Heap {
  readonly contender: Name
  readonly direction: string
  /** After a garbage collection. */
  readonly kept: number
  /** The maximum meanwhile, garbage included. */
  readonly peak: number
}

/** What one load of a page has spent on the page script, ms of its main thread. */
export interface LoadTimes {
  readonly cold: number
  readonly cached: number
  /** 1 where the script came from the code cache, and only where it was to. */
  readonly fromCache: number
}

/** The same over all loads, for a build. */
export interface Load {
  readonly build: string
  readonly loads: number
  /** How many of the loads with a code cache had it. */
  readonly fromCache: number
  readonly cold: Spread
  readonly cached: Spread
  /** Of another build to this one, in the same round. */
  readonly ratio?: { readonly cold: Spread; readonly cached: Spread }
}

export interface Size {
  readonly title: string
  readonly minified: number
  readonly gzipped: number
  readonly goal?: number
}
