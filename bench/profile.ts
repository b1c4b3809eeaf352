/** A CPU profile of the worker, from a build that keeps function names. */
import type { Chromium } from './chromium.ts'
import type { BenchServer } from './server.ts'

const REQUESTS = 4000
const MICROSECONDS = 100

interface ProfileNode {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  readonly children?: readonly number[]
}

export async function profileWorker(chromium: Chromium, server: BenchServer): Promise<void> {
  for (const name of ['inject', 'ours'] as const) {
    const arrival = server.arrival(name, 0)
    await chromium.open(arrival.url)
    const tab = await arrival.tab
    await tab.give('ready', {})
    await tab.give('signIn', { lifetimeSeconds: 36_000 })
    await tab.give('sequence', { path: '/api/small', count: 500 })
    const { nodes, samples, timeDeltas } = await chromium.inWorker(server.origin(name), async (command) => {
      await command('Profiler.enable')
      await command('Profiler.setSamplingInterval', { interval: MICROSECONDS })
      await command('Profiler.start')
      await tab.give('sequence', { path: '/api/small', count: REQUESTS })
      return (await command('Profiler.stop')).profile as {
        nodes: ProfileNode[]
        samples: number[]
        timeDeltas: number[]
      }
    })
    print(name, nodes, samples, timeDeltas)
  }
}

/** µs for each request: in the function itself, and including the functions that it calls. */
function print(
  name: string,
  nodes: readonly ProfileNode[],
  samples: readonly number[],
  deltas: readonly number[],
): void {
  const own = new Map<number, number>()
  for (const [i, id] of samples.entries()) own.set(id, (own.get(id) ?? 0) + (deltas[i] ?? 0))
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const title = ({ callFrame: { functionName, lineNumber, url } }: ProfileNode) =>
    `${functionName || '(anonymous)'}${url ? `:${lineNumber + 1}` : ''}`
  const selfOf = new Map<string, number>()
  const totalOf = new Map<string, number>()
  const walk = (node: ProfileNode, above: ReadonlySet<string>): number => {
    const key = title(node)
    const self = own.get(node.id) ?? 0
    const total =
      self + (node.children ?? []).reduce((sum, id) => sum + walk(byId.get(id)!, new Set([...above, key])), 0)
    selfOf.set(key, (selfOf.get(key) ?? 0) + self)
    if (!above.has(key)) totalOf.set(key, (totalOf.get(key) ?? 0) + total)
    return total
  }
  walk(nodes[0]!, new Set())
  const each = (time: number) => (time / REQUESTS).toFixed(1).padStart(8)
  console.log(`\n${name}: µs for each request, itself and with what it calls`)
  for (const [key, self] of [...selfOf].sort(([, a], [, b]) => b - a).slice(0, 30))
    console.log(`${each(self)} ${each(totalOf.get(key)!)}  ${key}`)
  console.log(`${name}: by what it calls`)
  for (const [key, total] of [...totalOf].sort(([, a], [, b]) => b - a).slice(0, 25))
    console.log(`${each(selfOf.get(key)!)} ${each(total)}  ${key}`)
}
