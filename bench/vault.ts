/** What a vault costs: a request, and the first token of a page. */
import type { Name } from './contenders.ts'
import type { Timing } from './results.ts'
import { openings, sequence } from './sequence.ts'
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
  const { round } = openings(bench, {
    what: 'token',
    among: WITH_VAULT,
    async before(name) {
      if (name === 'vault') await tabs.get(name)!.give('forget', {})
    },
  })
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
    round,
  })
}
