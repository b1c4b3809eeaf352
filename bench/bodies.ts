/** 50 MB, which must not be buffered: how long they take, and how much the worker's heap grows. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Name } from './contenders.ts'
import type { Timed } from './orders.ts'
import type { Heap, Timing } from './results.ts'
import type { Tab } from './server.ts'
import { shuffled } from './statistics.ts'
import { all, type Bench, type Sample, SMALL, timing, warmUp } from './timing.ts'

const LARGE_BYTES = 50 * 1024 * 1024
const bodyContenders = all.filter((name) => name !== 'pass')
const bodies = [
  {
    name: 'down',
    title: '50 MB down',
    send: (tab: Tab) => tab.give('down', { path: `/api/down?bytes=${LARGE_BYTES}`, bytes: LARGE_BYTES }),
  },
  {
    name: 'up',
    title: '50 MB up',
    send: (tab: Tab) => tab.give('up', { path: '/api/up', bytes: LARGE_BYTES, status: 200 }),
  },
  {
    name: 'up-refused',
    title: '50 MB up, refused',
    send: (tab: Tab) => tab.give('up', { path: '/api/refused', bytes: LARGE_BYTES, status: 401 }),
  },
] as const satisfies readonly { readonly name: string; readonly title: string; send(tab: Tab): Promise<Timed> }[]

export async function largeBodies(bench: Bench): Promise<Timing[]> {
  const { effort, tabs } = bench
  const timings: Timing[] = []
  for (const { name, title, send } of bodies) {
    // Only axios sends a refused body again.
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

/** Measured apart from the timings, since measuring slows the worker down. */
export async function heap(bench: Bench): Promise<Heap[]> {
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
