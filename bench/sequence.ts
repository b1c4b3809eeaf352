/** How the requests of a round are taken: one after the other, or the first one of each page, and one sample of each contender from all that it took. */
import { setTimeout as wait } from 'node:timers/promises'
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

interface Openings {
  /** Part of the URL of each page, so that no two measures share one. */
  readonly what: string
  readonly among: readonly Name[]
  /** Done before a page is opened. */
  before?(name: Name): Promise<unknown>
}

/** Pages that are opened while every worker is stopped, and how long their first request took. */
export function openings({ chromium, server, effort }: Bench, { what, among, before }: Openings) {
  let last = 0
  const open = async (name: Name) => {
    await before?.(name)
    await chromium.stopWorkers()
    await wait(20)
    const arrival = server.arrival(name, `${++last}-${what}-early`)
    const target = await chromium.open(arrival.url)
    const tab = await arrival.tab
    const answered = await tab.give('early', {})
    await tab.give('ready', {})
    await chromium.closeTab(target)
    return answered
  }
  const round = async () => {
    const times = new Map(among.map((name) => [name, [] as number[]]))
    const failures = new Map<Name, number>()
    for (let i = 0; i < effort.starts; i++) {
      for (const name of shuffled(among)) {
        const once = await open(name)
        times.get(name)!.push(once.ms)
        failures.set(name, (failures.get(name) ?? 0) + once.failures)
      }
    }
    return sampled(times, failures)
  }
  return { open, round }
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
