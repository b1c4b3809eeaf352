/** Many requests at once over several tabs, whose token has expired or is refused. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Name } from './contenders.ts'
import type { Burst, Bursts } from './results.ts'
import { REFRESH_MS, type Tab } from './server.ts'
import { error, shuffled, spread } from './statistics.ts'
import { type Bench, LONG_SECONDS, SMALL } from './timing.ts'

const BURST_TABS = 5
const BURST = 1000
/** Shorter than the lifetime of any real token, and long enough for the token to be still valid when it arrives. */
const SHORT_SECONDS = 2
/** Ours waits before it refreshes for a younger token, since the server's clock may be behind. */
const GROWN_UP_MS = 2_200

/** Those who renew tokens, and the floor for a burst with a good one. */
const burstContenders = [
  'none',
  'inject',
  'inject2',
  'axa',
  'axios',
  'direct',
  'ours',
] as const satisfies readonly Name[]
const renewing: readonly Name[] = ['axa', 'axios', 'direct', 'ours']

interface Outburst {
  readonly ms: number
  readonly refreshes: number
  readonly failures: number
}

/** The bursts of one contender, in the order in which they were sent. */
interface Taken {
  readonly good: Outburst[]
  readonly expired: Outburst[]
  readonly refused: Outburst[]
}

export async function bursts(bench: Bench): Promise<Bursts> {
  const { chromium, effort, say } = bench
  say(`${BURST} requests at once over ${BURST_TABS} tabs`)
  const opened: string[] = []
  const tabs = new Map<Name, readonly Tab[]>()
  for (const name of burstContenders) tabs.set(name, await openTabs(bench, name, opened))

  const taken = new Map<Name, Taken>(burstContenders.map((name) => [name, { good: [], expired: [], refused: [] }]))
  for (let i = 0; i < effort.bursts + 1; i++) {
    // The first round is the warm-up.
    for (const name of shuffled(burstContenders))
      await playRound(bench, name, tabs.get(name)!, i > 0 ? taken.get(name)! : { good: [], expired: [], refused: [] })
  }
  for (const tab of opened) await chromium.closeTab(tab)

  const rows = burstContenders.map((contender) => rowOf(contender, taken.get(contender)!))
  const noise = noiseBetween(taken.get('inject')!, taken.get('inject2')!)
  return { requests: BURST, tabs: BURST_TABS, rounds: effort.bursts, refreshMs: REFRESH_MS, noise, rows }
}

/** Opens the tabs of one contender and waits until each is ready; adds their identifiers to `opened`. */
async function openTabs({ chromium, server }: Bench, name: Name, opened: string[]): Promise<readonly Tab[]> {
  const tabs: Tab[] = []
  for (let i = 1; i <= BURST_TABS; i++) {
    const arrival = server.arrival(name, i)
    opened.push(await chromium.open(arrival.url))
    const tab = await arrival.tab
    await tab.give('ready', {})
    tabs.push(tab)
  }
  return tabs
}

/** One burst with a good token; for those who renew, one with a refused token and one with an expired token. */
async function playRound(bench: Bench, name: Name, tabs: readonly Tab[], taken: Taken): Promise<void> {
  const issuer = bench.server.issuer(name)
  await signIn(name, tabs, LONG_SECONDS)
  taken.good.push(await burst(bench, name, tabs, false))
  if (!renewing.includes(name)) return

  await wait(GROWN_UP_MS)
  issuer.revoke()
  taken.refused.push(await burst(bench, name, tabs, false))

  await signIn(name, tabs, SHORT_SECONDS)
  await wait(SHORT_SECONDS * 1000 + 100)
  taken.expired.push(await burst(bench, name, tabs, true))
}

async function signIn(name: Name, tabs: readonly Tab[], lifetimeSeconds: number): Promise<void> {
  // Without a worker, each page has a token of its own.
  for (const tab of name === 'none' ? tabs : tabs.slice(0, 1)) await tab.give('signIn', { lifetimeSeconds })
}

async function burst({ server }: Bench, name: Name, tabs: readonly Tab[], renews: boolean): Promise<Outburst> {
  const issuer = server.issuer(name)
  const before = issuer.refreshes
  const count = BURST / BURST_TABS
  const results = await Promise.all(
    tabs.map((tab, i) => tab.give('burst', { path: SMALL, count, renews: renews && i === 0 })),
  )
  return {
    ms: Math.max(...results.map(({ endedAt }) => endedAt)) - Math.min(...results.map(({ begunAt }) => begunAt)),
    refreshes: issuer.refreshes - before,
    failures: results.reduce((sum, { failures }) => sum + failures, 0),
  }
}

function rowOf(contender: (typeof burstContenders)[number], { good, expired, refused }: Taken): Bursts['rows'][number] {
  return {
    contender,
    good: summary(good),
    ...(expired.length && { expired: summary(expired, good), refused: summary(refused, good) }),
  }
}

/** @param good the bursts to compare with, each plus the duration of one refresh. */
function summary(all: readonly Outburst[], good?: readonly Outburst[]): Burst {
  return {
    ms: spread(all.map(({ ms }) => ms)),
    ...(good && { ratio: spread(all.map(({ ms }, i) => ms / (good[i]!.ms + REFRESH_MS))) }),
    refreshes: range(all.map((each) => each.refreshes)),
    failures: range(all.map((each) => each.failures)),
  }
}

/** How much two equal contenders differ. */
function noiseBetween(one: Taken, other: Taken): number {
  return error(other.good.map(({ ms }, i) => ms / one.good[i]!.ms))
}

const range = (values: readonly number[]): readonly [number, number] => [Math.min(...values), Math.max(...values)]
