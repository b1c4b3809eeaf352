/** Many requests at once over several tabs, whose token has expired or is refused. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Name } from './contenders.ts'
import type { Burst, Bursts } from './results.ts'
import { REFRESH_MS, type Tab } from './server.ts'
import { error, shuffled, spread } from './statistics.ts'
import { type Bench, LONG_SECONDS, SMALL } from './timing.ts'

const BURST_TABS = 5
const BURST = 1000
/** Nobody has a token that lives shorter; long enough that it is good when it comes. */
const SHORT_SECONDS = 2
/** A younger token that is refused may be ahead of a server's clock: ours waits for it. */
const GROWN_UP_MS = 2_200

/** Those who renew tokens, and the floor for a burst with a good one. */
const burstContenders = ['none', 'inject', 'inject2', 'axa', 'axios', 'ours'] as const satisfies readonly Name[]
const renewing: readonly Name[] = ['axa', 'axios', 'ours']

export async function bursts(bench: Bench): Promise<Bursts> {
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
    for (const tab of name === 'none' ? tabs.get(name)! : tabs.get(name)!.slice(0, 1))
      await tab.give('signIn', { lifetimeSeconds })
  }
  const burst = async (name: Name, renews: boolean): Promise<Outburst> => {
    const issuer = server.issuer(name)
    const before = issuer.refreshes
    const results = await Promise.all(
      tabs
        .get(name)!
        .map((tab, i) => tab.give('burst', { path: SMALL, count: BURST / BURST_TABS, renews: renews && i === 0 })),
    )
    const ms = Math.max(...results.map(({ endedAt }) => endedAt)) - Math.min(...results.map(({ begunAt }) => begunAt))
    return {
      ms,
      refreshes: issuer.refreshes - before,
      failures: results.reduce((sum, { failures }) => sum + failures, 0),
    }
  }
  const taken = new Map(
    burstContenders.map((name) => [
      name,
      { good: [] as Outburst[], expired: [] as Outburst[], refused: [] as Outburst[] },
    ]),
  )

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
    return {
      contender: name,
      good: summary(good),
      ...(expired.length && { expired: summary(expired, good), refused: summary(refused, good) }),
    }
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
