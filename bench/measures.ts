/** The measures, by the names of `--only`. */
import { setTimeout as wait } from 'node:timers/promises'
import { heap, largeBodies } from './bodies.ts'
import { bursts } from './bursts.ts'
import { load } from './load.ts'
import type { Name } from './contenders.ts'
import type { Timing } from './results.ts'
import { openings, sampled, sequence } from './sequence.ts'
import { shuffled } from './statistics.ts'
import {
  all,
  type Bench,
  everybody,
  LONG_SECONDS,
  OTHER,
  type Plan,
  type Sample,
  SMALL,
  timing,
  warmUp,
  withWorker,
} from './timing.ts'
import { vault } from './vault.ts'

async function small(bench: Bench): Promise<Timing> {
  await warmUp(bench)
  return sequence(bench, SMALL, {
    name: 'small',
    title: 'A small GET with a token, one after the other',
    against: 'inject',
    goal: 1.05,
    direct: { none: 1.05, routed: 1.05, axios: 1 },
    among: all,
  })
}

async function flight(bench: Bench): Promise<Timing> {
  const { effort, tabs } = bench
  const samples = effort.samples * 4
  await warmUp(bench)
  return timing(bench, {
    name: 'flight',
    title: 'The same, 32 in flight: per request',
    unit: 'ms',
    samples,
    against: 'inject',
    goal: 1,
    direct: { none: 1.08, routed: 1.08 },
    among: all,
    rounds: effort.rounds,
    async round() {
      const result = new Map<Name, Sample>()
      for (const name of shuffled(all)) {
        await tabs.get(name)!.give('flight', { path: SMALL, count: 64, width: 32 })
        const { ms, failures } = await tabs.get(name)!.give('flight', { path: SMALL, count: samples, width: 32 })
        result.set(name, { median: ms / samples, p25: ms / samples, failures })
      }
      return result
    },
  })
}

async function other(bench: Bench): Promise<Timing> {
  await warmUp(bench)
  return sequence(bench, OTHER, {
    name: 'other',
    title: 'A request that does not match, worker running',
    against: 'none',
    goal: 1.12,
    among: everybody,
  })
}

/** One request right after every worker was stopped, many times. */
async function fromStopped(
  bench: Bench,
  path: string,
  plan: Pick<Plan, 'name' | 'title' | 'against' | 'goal' | 'among'>,
): Promise<Timing> {
  const { chromium, effort, tabs } = bench
  await warmUp(bench, plan.among)
  return timing(bench, {
    ...plan,
    unit: 'ms',
    samples: effort.starts,
    rounds: effort.rounds,
    async round() {
      const times = new Map(plan.among.map((name) => [name, [] as number[]]))
      const failures = new Map<Name, number>()
      for (let i = 0; i < effort.starts; i++) {
        for (const name of shuffled(plan.among)) {
          await chromium.stopWorkers()
          await wait(20)
          const once = await tabs.get(name)!.give('sequence', { path, count: 1 })
          times.get(name)!.push(...once.times)
          failures.set(name, (failures.get(name) ?? 0) + once.failures)
        }
      }
      return sampled(times, failures)
    },
  })
}

const otherStopped = (bench: Bench) =>
  fromStopped(bench, OTHER, {
    name: 'other-stopped',
    title: 'A request that does not match, worker stopped',
    against: 'none',
    goal: 1,
    among: everybody,
  })
const first = (bench: Bench) =>
  fromStopped(bench, SMALL, {
    name: 'first',
    title: 'The first request that matches, worker stopped',
    against: 'store',
    goal: 1.15,
    among: [...everybody, 'oauth'],
  })

const OPENED = ['none', 'stored', 'routed', 'store', 'store2', 'ours', 'direct'] as const satisfies readonly Name[]

/** The first request of a page that has just been opened, sent as soon as its script runs; every worker is stopped. */
async function opened(bench: Bench): Promise<Timing> {
  const { effort } = bench
  await warmUp(bench, OPENED)
  const { open, round } = openings(bench, { what: 'opened', among: OPENED })
  // Each origin learns what a page of it has to know.
  for (const name of OPENED) await open(name)
  return timing(bench, {
    name: 'opened',
    title: 'The first request of a page that has just been opened, worker stopped',
    unit: 'ms',
    against: 'store',
    goal: 1.15,
    direct: { none: 1.3, stored: 1.3 },
    among: OPENED,
    samples: effort.starts,
    rounds: effort.rounds,
    round,
  })
}

const CPU_REQUESTS = 1000

/** Processor time of the worker's thread. Only one worker runs at a time, which tells whose thread it is. */
async function cpu(bench: Bench): Promise<Timing | undefined> {
  const { chromium, effort, tabs } = bench
  await warmUp(bench, withWorker)
  if ((await chromium.workerThreads()) === undefined) return undefined
  return timing(bench, {
    name: 'cpu',
    title: 'Processor time in the worker for 1,000 requests, 8 in flight',
    unit: 'ms',
    samples: CPU_REQUESTS,
    against: 'inject',
    goal: 1.15,
    among: withWorker,
    rounds: Math.ceil(effort.rounds / 2),
    async round() {
      const result = new Map<Name, Sample>()
      for (const name of shuffled(withWorker)) {
        await chromium.stopWorkers()
        const tab = tabs.get(name)!
        await tab.give('signIn', { lifetimeSeconds: LONG_SECONDS })
        // The first half lets the compiler optimize.
        await tab.give('flight', { path: SMALL, count: CPU_REQUESTS / 2, width: 8 })
        const before = (await chromium.workerThreads()) ?? NaN
        const { failures } = await tab.give('flight', { path: SMALL, count: CPU_REQUESTS, width: 8 })
        const spent = ((await chromium.workerThreads()) ?? NaN) - before
        result.set(name, { median: spent, p25: spent, failures })
      }
      return result
    },
  })
}

/** Everything that runs in the browser, by the names of `--only`. */
export const measures = {
  small,
  flight,
  other,
  'other-stopped': otherStopped,
  first,
  opened,
  bursts,
  bodies: largeBodies,
  heap,
  cpu,
  load,
  vault,
} as const
