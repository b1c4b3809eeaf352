/** What is measured, and how. Contenders take turns within each round, in an order drawn anew. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Chromium } from './chromium.ts'
import { contender, names, type Name } from './contenders.ts'
import type { Timed } from './orders.ts'
import type { Burst, Bursts, Heap, Timing } from './results.ts'
import { type BenchServer, REFRESH_MS, type Tab } from './server.ts'
import { error, median, shuffled, spread, tickQuantile } from './statistics.ts'

const SMALL = '/api/small'
const OTHER = '/other/small'
const LONG_SECONDS = 36_000
const LARGE_BYTES = 50 * 1024 * 1024

/** How much of each: enough for a quiet result in some minutes, or for a look. */
export interface Effort {
  readonly rounds: number
  readonly samples: number
  readonly starts: number
  readonly bursts: number
  readonly bodies: number
}
export const thorough: Effort = { rounds: 15, samples: 100, starts: 6, bursts: 9, bodies: 15 }
export const quick: Effort = { rounds: 5, samples: 40, starts: 4, bursts: 2, bodies: 3 }

export interface Bench {
  readonly chromium: Chromium
  readonly server: BenchServer
  readonly effort: Effort
  readonly tabs: ReadonlyMap<Name, Tab>
  readonly say: (text: string) => void
}

/** The core differs in its start only. */
const all = names.filter((name) => name !== 'core')
const everybody = all.filter((name) => name !== 'axios')
const withWorker = everybody.filter((name) => name !== 'none')

export async function openTabs(chromium: Chromium, server: BenchServer): Promise<ReadonlyMap<Name, Tab>> {
  const tabs = new Map<Name, Tab>()
  for (const name of names) {
    const arrival = server.arrival(name, 0)
    await chromium.open(arrival.url)
    const tab = await arrival.tab
    await tab.give('ready', {})
    tabs.set(name, tab)
  }
  return tabs
}

/** Everyone has a good token, a running worker, and has done all of this before. */
async function warmUp({ tabs }: Bench, among: readonly Name[] = names): Promise<void> {
  for (const name of among) {
    await tabs.get(name)!.give('signIn', { lifetimeSeconds: LONG_SECONDS })
    for (const path of [SMALL, OTHER]) {
      const { failures } = await tabs.get(name)!.give('sequence', { path, count: 100 })
      if (failures > 0) throw new Error(`${name} cannot ask for ${path}: ${failures} of 100 failed.`)
    }
  }
}

interface Sample {
  readonly median: number
  readonly p25: number
  readonly failures: number
}

interface Plan extends Pick<Timing, 'name' | 'title' | 'unit' | 'samples' | 'against' | 'goal'> {
  readonly among: readonly Name[]
  readonly rounds: number
  /** One round of everyone. */
  round(): Promise<ReadonlyMap<Name, Sample>>
}

async function timing({ say }: Bench, { name, title, unit, samples, against, goal, among, rounds, round }: Plan): Promise<Timing> {
  say(title)
  const taken: ReadonlyMap<Name, Sample>[] = []
  for (let i = 0; i < rounds; i++) taken.push(await round())
  const twin = among.find((each) => contender(each).twinOf === against)
  // Where the reference has none, another floor's twins say how noisy this run is.
  const [one, again] = twin ? [against, twin] : (['store', 'store2'] as const)
  const noise = error(taken.map((all) => all.get(again)!.median / all.get(one)!.median))
  const rows = among.map((each) => ({
    contender: each,
    median: median(taken.map((all) => all.get(each)!.median)),
    p25: median(taken.map((all) => all.get(each)!.p25)),
    ratio: spread(taken.map((all) => all.get(each)!.median / referenceOf(all, against, twin))),
    failures: taken.reduce((sum, all) => sum + all.get(each)!.failures, 0),
  }))
  return { name, title, unit, rounds, samples, against, goal, noise, rows }
}

/** A floor that runs twice counts as the mean of both. */
function referenceOf(all: ReadonlyMap<Name, Sample>, against: Name, twin: Name | undefined): number {
  const first = all.get(against)!.median
  return twin ? Math.sqrt(first * all.get(twin)!.median) : first
}

function sequence(bench: Bench, path: string, plan: Pick<Plan, 'name' | 'title' | 'against' | 'goal' | 'among'>): Promise<Timing> {
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
        // The worker runs, and what an earlier contender left behind is gone.
        await tabs.get(name)!.give('sequence', { path: SMALL, count: 5 })
        const { times, failures } = await tabs.get(name)!.give('sequence', { path, count: samples })
        result.set(name, { median: tickQuantile(times, 0.5), p25: tickQuantile(times, 0.25), failures })
      }
      return result
    },
  })
}

async function small(bench: Bench): Promise<Timing> {
  await warmUp(bench)
  return sequence(bench, SMALL, { name: 'small', title: 'A small GET with a token, one after the other', against: 'inject', goal: 1.05, among: all })
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
  return sequence(bench, OTHER, { name: 'other', title: 'A request that does not match, worker running', against: 'none', goal: 1.12, among: everybody })
}

/** One request right after every worker was stopped, time and again. */
async function fromStopped(bench: Bench, path: string, plan: Pick<Plan, 'name' | 'title' | 'against' | 'goal' | 'among'>): Promise<Timing> {
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
      return new Map(plan.among.map((name) => [name, { median: tickQuantile(times.get(name)!, 0.5), p25: tickQuantile(times.get(name)!, 0.25), failures: failures.get(name)! }]))
    },
  })
}

const otherStopped = (bench: Bench) => fromStopped(bench, OTHER, { name: 'other-stopped', title: 'A request that does not match, worker stopped', against: 'none', goal: 1, among: everybody })
const first = (bench: Bench) => fromStopped(bench, SMALL, { name: 'first', title: 'The first request that matches, worker stopped', against: 'store', goal: 1.15, among: [...everybody, 'core'] })

const BURST_TABS = 5
const BURST = 1000
/** Nobody has a token that lives shorter; long enough that it is good when it comes. */
const SHORT_SECONDS = 2
/** A younger token that is refused may be ahead of a server's clock: ours waits for it. */
const GROWN_UP_MS = 2_200

/** Those who renew tokens, and the floor for a burst with a good one. */
const burstContenders = ['none', 'inject', 'inject2', 'axa', 'axios', 'ours'] as const satisfies readonly Name[]
const renewing: readonly Name[] = ['axa', 'axios', 'ours']

async function bursts(bench: Bench): Promise<Bursts> {
  const { chromium, server, effort, say } = bench
  say(`${BURST} requests at once over ${BURST_TABS} tabs`)
  const tabs = new Map<Name, readonly Tab[]>()
  const opened: string[] = []
  for (const name of burstContenders) {
    const own: Tab[] = []
    for (let i = 1; i <= BURST_TABS; i++) {
      const arrival = server.arrival(name, i)
      opened.push(await chromium.open(arrival.url))
      const tab = await arrival.tab
      await tab.give('ready', {})
      own.push(tab)
    }
    tabs.set(name, own)
  }
  const signIn = async (name: Name, lifetimeSeconds: number) => {
    // A page without a worker keeps its token to itself.
    for (const tab of name === 'none' ? tabs.get(name)! : tabs.get(name)!.slice(0, 1)) await tab.give('signIn', { lifetimeSeconds })
  }
  const burst = async (name: Name, renews: boolean): Promise<Outburst> => {
    const issuer = server.issuer(name)
    const before = issuer.refreshes
    const results = await Promise.all(tabs.get(name)!.map((tab, i) => tab.give('burst', { path: SMALL, count: BURST / BURST_TABS, renews: renews && i === 0 })))
    const ms = Math.max(...results.map(({ endedAt }) => endedAt)) - Math.min(...results.map(({ begunAt }) => begunAt))
    return { ms, refreshes: issuer.refreshes - before, failures: results.reduce((sum, { failures }) => sum + failures, 0) }
  }
  const taken = new Map(burstContenders.map((name) => [name, { good: [] as Outburst[], expired: [] as Outburst[], refused: [] as Outburst[] }]))

  for (let i = 0; i < effort.bursts + 1; i++) {
    for (const name of shuffled(burstContenders)) {
      const issuer = server.issuer(name)
      await signIn(name, LONG_SECONDS)
      const good = await burst(name, false)
      if (i > 0) taken.get(name)!.good.push(good) // the first is the warm-up
      if (!renewing.includes(name)) continue

      await wait(GROWN_UP_MS)
      issuer.revoke()
      const refused = await burst(name, false)

      await signIn(name, SHORT_SECONDS)
      await wait(SHORT_SECONDS * 1000 + 100)
      const expired = await burst(name, true)
      if (i === 0) continue
      taken.get(name)!.refused.push(refused)
      taken.get(name)!.expired.push(expired)
    }
  }
  for (const tab of opened) await chromium.closeTab(tab)

  const summary = (all: readonly Outburst[], good?: readonly Outburst[]): Burst => ({
    ms: spread(all.map(({ ms }) => ms)),
    ...(good && { ratio: spread(all.map(({ ms }, i) => ms / (good[i]!.ms + REFRESH_MS))) }),
    refreshes: range(all.map((each) => each.refreshes)),
    failures: range(all.map((each) => each.failures)),
  })
  const rows = burstContenders.map((name) => {
    const { good, expired, refused } = taken.get(name)!
    return { contender: name, good: summary(good), ...(expired.length && { expired: summary(expired, good), refused: summary(refused, good) }) }
  })
  const goodOf = (name: (typeof burstContenders)[number]) => taken.get(name)!.good.map(({ ms }) => ms)
  const floor = goodOf('inject')
  const noise = error(goodOf('inject2').map((ms, i) => ms / floor[i]!))
  return { requests: BURST, tabs: BURST_TABS, rounds: effort.bursts, refreshMs: REFRESH_MS, noise, rows }
}

interface Outburst {
  readonly ms: number
  readonly refreshes: number
  readonly failures: number
}

const range = (values: readonly number[]): readonly [number, number] => [Math.min(...values), Math.max(...values)]

const bodyContenders = all.filter((name) => name !== 'pass')
const bodies = [
  { name: 'down', title: '50 MB down', send: (tab: Tab) => tab.give('down', { path: `/api/down?bytes=${LARGE_BYTES}`, bytes: LARGE_BYTES }) },
  { name: 'up', title: '50 MB up', send: (tab: Tab) => tab.give('up', { path: '/api/up', bytes: LARGE_BYTES, status: 200 }) },
  { name: 'up-refused', title: '50 MB up, refused', send: (tab: Tab) => tab.give('up', { path: '/api/refused', bytes: LARGE_BYTES, status: 401 }) },
] as const satisfies readonly { readonly name: string; readonly title: string; send(tab: Tab): Promise<Timed> }[]

async function largeBodies(bench: Bench): Promise<Timing[]> {
  const { effort, tabs } = bench
  const timings: Timing[] = []
  for (const { name, title, send } of bodies) {
    // axios sends a refused body again, and none of the others does.
    const among = name === 'up-refused' ? bodyContenders.filter((each) => each !== 'axios') : bodyContenders
    await warmUp(bench, among)
    for (const each of among) await send(tabs.get(each)!)
    timings.push(
      await timing(bench, {
        name,
        title,
        unit: 'ms',
        samples: 1,
        against: 'inject',
        goal: 1,
        among,
        rounds: effort.bodies,
        async round() {
          const result = new Map<Name, Sample>()
          for (const each of shuffled(among)) {
            const { ms, failures } = await send(tabs.get(each)!)
            result.set(each, { median: ms, p25: ms, failures })
          }
          return result
        },
      }),
    )
  }
  return timings
}

/** Looked at apart from the timings: whoever looks slows the worker down. */
async function heap(bench: Bench): Promise<Heap[]> {
  const { chromium, server, tabs, say } = bench
  say('The heap of the worker while 50 MB pass')
  const among: readonly Name[] = ['inject', 'store', 'axa', 'ours']
  const result: Heap[] = []
  await warmUp(bench, among)
  for (const name of among) {
    for (const { title, send } of bodies) {
      await tabs.get(name)!.give('sequence', { path: SMALL, count: 1 })
      const { kept, peak } = await chromium.inWorker(server.origin(name), async (command) => {
        const used = async () => {
          const { usedSize, embedderHeapUsedSize = 0, backingStorageSize = 0 } = await command('Runtime.getHeapUsage')
          return usedSize + embedderHeapUsedSize + backingStorageSize
        }
        const clean = async () => {
          for (let i = 0; i < 3; i++) await command('HeapProfiler.collectGarbage')
          return used()
        }
        await send(tabs.get(name)!)
        const before = await clean()
        let most = before
        let done = false
        const sending = send(tabs.get(name)!).finally(() => (done = true))
        while (!done) {
          most = Math.max(most, await used())
          await wait(5)
        }
        await sending
        return { kept: (await clean()) - before, peak: most - before }
      })
      result.push({ contender: name, direction: title, kept, peak })
    }
  }
  return result
}

const CPU_REQUESTS = 1000

/** Time that the worker's thread had on a processor. One worker runs at a time, so that it is known whose thread it is. */
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
        // Half of it for the compiler to know what is hot.
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
export const measures = { small, flight, other, 'other-stopped': otherStopped, first, bursts, bodies: largeBodies, heap, cpu } as const
