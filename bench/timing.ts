/**
 * The basis of every measure: who runs, how often, and how results are compared. Contenders take turns in each
 * round, in a new random order.
 */
import type { Chromium } from './chromium.ts'
import { contender, names, type Name } from './contenders.ts'
import type { Timing } from './results.ts'
import type { BenchServer, Tab } from './server.ts'
import { error, median, spread } from './statistics.ts'

/** The path that needs a token, and the one that does not. */
export const SMALL = '/api/small'
export const OTHER = '/other/small'
export const LONG_SECONDS = 36_000

/** The number of samples: enough for a stable result within minutes, or for a quick look. */
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
  /** Folders of the build that is measured, and of another one beside it. */
  readonly dist: string
  readonly beside: string | undefined
}

/** With the OAuth part only the start differs, with a token in IndexedDB only what a page does when it is opened; with a vault, there is a measure of its own. */
export const all = names.filter((name) => !['oauth', 'stored', 'vault'].includes(name))
export const everybody = all.filter((name) => name !== 'axios')
/** With the page's own lane the worker has nothing to do. */
export const withWorker = everybody.filter((name) => !['none', 'routed', 'direct'].includes(name))

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

/** Every contender has a valid token and a running worker, and has run this before. */
export async function warmUp({ tabs }: Bench, among: readonly Name[] = names): Promise<void> {
  for (const name of among) {
    await tabs.get(name)!.give('signIn', { lifetimeSeconds: LONG_SECONDS })
    for (const path of [SMALL, OTHER]) {
      const { failures } = await tabs.get(name)!.give('sequence', { path, count: 100 })
      if (failures > 0) throw new Error(`${name} cannot ask for ${path}: ${failures} of 100 failed.`)
    }
  }
}

export interface Sample {
  readonly median: number
  readonly p25: number
  readonly failures: number
}

export interface Plan extends Pick<Timing, 'name' | 'title' | 'unit' | 'samples' | 'against' | 'goal'> {
  /** What the page's own lane is to reach, by whom it is compared with. */
  readonly direct?: Partial<Record<Name, number>>
  /** Which contender has to reach the goal: `ours` by default. */
  readonly of?: Name
  /** ms by which the median of `of` may be over that of `against`, in place of the ratio. */
  readonly withinMs?: number
  readonly among: readonly Name[]
  readonly rounds: number
  /** One round of all contenders. */
  round(): Promise<ReadonlyMap<Name, Sample>>
}

export async function timing(
  { say }: Bench,
  { name, title, unit, samples, against, goal, among, rounds, round, direct = {}, of, withinMs }: Plan,
): Promise<Timing> {
  say(title)
  const taken: ReadonlyMap<Name, Sample>[] = []
  for (let i = 0; i < rounds; i++) taken.push(await round())
  const twin = among.find((each) => contender(each).twinOf === against)
  // A reference without a twin uses the noise between the twins of another floor.
  const [one, again] = twin ? [against, twin] : (['store', 'store2'] as const)
  const noise = error(taken.map((all) => all.get(again)!.median / all.get(one)!.median))
  const rows = among.map((each) => ({
    contender: each,
    median: median(taken.map((all) => all.get(each)!.median)),
    p25: median(taken.map((all) => all.get(each)!.p25)),
    ratio: spread(taken.map((all) => all.get(each)!.median / referenceOf(all, against, twin))),
    failures: taken.reduce((sum, all) => sum + all.get(each)!.failures, 0),
  }))
  const own = Object.entries(direct).map(([other, goal]) => ({
    against: other as Name,
    goal,
    ratio: spread(taken.map((all) => all.get('direct')!.median / all.get(other as Name)!.median)),
  }))
  const over = () => spread(taken.map((all) => all.get(of ?? 'ours')!.median - all.get(against)!.median))
  return {
    ...{ name, title, unit, rounds, samples, against, goal, noise, rows },
    ...(own.length && { direct: own }),
    ...(of && { of }),
    ...(withinMs !== undefined && { within: { ms: withinMs, over: over() } }),
  }
}

/** A floor that runs twice counts as the mean of both. */
function referenceOf(all: ReadonlyMap<Name, Sample>, against: Name, twin: Name | undefined): number {
  const first = all.get(against)!.median
  return twin ? Math.sqrt(first * all.get(twin)!.median) : first
}
