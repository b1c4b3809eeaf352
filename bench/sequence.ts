/** How the requests of a round are taken: one after the other, and one sample of each contender from all that it took. */
import type { Name } from './contenders.ts'
import type { Timing } from './results.ts'
import { shuffled, tickQuantile } from './statistics.ts'
import { type Bench, type Plan, type Sample, SMALL, timing } from './timing.ts'

export function sequence(
  bench: Bench,
  path: string,
  plan: Pick<Plan, 'name' | 'title' | 'against' | 'goal' | 'among' | 'direct' | 'of'>,
): Promise<Timing> {
  const { effort, tabs } = bench
  const { rounds, samples } = effort
  return timing(bench, {
    ...plan,
    unit: 'ms',
    samples,
    rounds,
    async round() {
      const result = new Map<Name, Sample>()
      for (const name of shuffled(plan.among)) {
        // Wakes the worker up, and lets the effects of an earlier contender pass.
        await tabs.get(name)!.give('sequence', { path: SMALL, count: 5 })
        const { times, failures } = await tabs.get(name)!.give('sequence', { path, count: samples })
        result.set(name, { median: tickQuantile(times, 0.5), p25: tickQuantile(times, 0.25), failures })
      }
      return result
    },
  })
}

/** One sample of each contender, from all that it took in a round. */
export function sampled(
  times: ReadonlyMap<Name, number[]>,
  failures: ReadonlyMap<Name, number>,
): ReadonlyMap<Name, Sample> {
  return new Map(
    [...times].map(([name, taken]) => [
      name,
      { median: tickQuantile(taken, 0.5), p25: tickQuantile(taken, 0.25), failures: failures.get(name)! },
    ]),
  )
}
