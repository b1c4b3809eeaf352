/** What a vault costs: a request, and the first token of a page. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Name } from './contenders.ts'
import type { Timing } from './results.ts'
import { sampled, sequence } from './sequence.ts'
import { shuffled } from './statistics.ts'
import { type Bench, SMALL, timing, warmUp } from './timing.ts'

const WITH_VAULT = ['store', 'store2', 'ours', 'vault'] as const satisfies readonly Name[]

/** A small GET with a vault, and the first token of a page: by then the app has none, and its frame of the vault is not there. */
export async function vault(bench: Bench): Promise<readonly Timing[]> {
  await warmUp(bench, WITH_VAULT)
  const small = await sequence(bench, SMALL, {
    name: 'vault',
    title: 'A small GET with a vault, one after the other',
    against: 'ours',
    goal: 1.05,
    of: 'vault',
    among: WITH_VAULT,
  })
  return [small, await firstToken(bench)]
}

/** The first request of a page that has just been opened, with the token in the store, and with none but the vault's. */
async function firstToken(bench: Bench): Promise<Timing> {
  const { effort, tabs } = bench
  const open = opener(bench, 'token')
  return timing(bench, {
    name: 'vault-first',
    title: 'The first token of a page, worker stopped: from the vault, or from the store',
    unit: 'ms',
    against: 'ours',
    goal: 1,
    of: 'vault',
    withinMs: 100,
    among: WITH_VAULT,
    samples: effort.starts,
    rounds: effort.rounds,
    async round() {
      const times = new Map(WITH_VAULT.map((name) => [name, [] as number[]]))
      const failures = new Map<Name, number>()
      for (let i = 0; i < effort.starts; i++) {
        for (const name of shuffled(WITH_VAULT)) {
          if (name === 'vault') await tabs.get(name)!.give('forget', {})
          const once = await open(name)
          times.get(name)!.push(once.ms)
          failures.set(name, (failures.get(name) ?? 0) + once.failures)
        }
      }
      return sampled(times, failures)
    },
  })
}

/** Opens a page while every worker is stopped, and says how long its first request took. */
function opener({ chromium, server }: Bench, what: string) {
  let last = 0
  return async (name: Name) => {
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
}
