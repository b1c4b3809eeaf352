/** What a page's clock ticks in, ms. @see https://w3c.github.io/hr-time/#dfn-coarsen-time */
const TICK_MS = 0.1

/**
 * Quantile `q` of samples of a page's clock. Many samples share a value, so it is interpolated within a tick, as for
 * grouped data.
 */
export function tickQuantile(samples: readonly number[], q: number): number {
  const sorted = samples.map((sample) => Math.round(sample / TICK_MS)).sort((a, b) => a - b)
  const wanted = q * sorted.length
  const at = sorted[Math.min(Math.floor(wanted), sorted.length - 1)]!
  const below = sorted.indexOf(at)
  const within = sorted.lastIndexOf(at) - below + 1
  return (at - 0.5 + (wanted - below) / within) * TICK_MS
}

/** Quantile `q` of anything else. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  const at = q * (sorted.length - 1)
  const low = sorted[Math.floor(at)]!
  return low + (sorted[Math.ceil(at)]! - low) * (at - Math.floor(at))
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5)

export interface Spread {
  readonly p25: number
  readonly median: number
  readonly p75: number
}

export const spread = (samples: readonly number[]): Spread => ({
  p25: quantile(samples, 0.25),
  median: median(samples),
  p75: quantile(samples, 0.75),
})

/**
 * How much two runs of the same contender differ, and how uncertain that is: a ratio can be off by this much by chance.
 * The notch of a box plot, about 95 %. @see McGill, Tukey, Larsen: Variations of Box Plots, 1978
 */
export function error(ratios: readonly number[]): number {
  const { p25, median, p75 } = spread(ratios)
  return Math.abs(median - 1) + (1.57 * (p75 - p25)) / Math.sqrt(ratios.length)
}

/** The same elements in random order, so that no contender profits from its place. */
export function shuffled<T>(items: readonly T[]): T[] {
  const result = [...items]
  for (let i = result.length - 1; i > 0; i--) {
    const other = Math.floor(Math.random() * (i + 1))
    ;[result[i], result[other]] = [result[other]!, result[i]!]
  }
  return result
}
