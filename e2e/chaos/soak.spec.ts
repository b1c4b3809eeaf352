/** Many requests, with tokens that live for two seconds: nothing fails, and the worker's heap does not grow. */
import { openApp, signIn } from '../app.ts'
import type { PlaywrightTab } from '../engines/playwright-tab.ts'
import { expect, test } from '../fixtures.ts'
import { parameter } from './parameter.ts'
import { workerHeap } from './worker-heap.ts'

const SOAK_REQUESTS = parameter('CHAOS_SOAK', 400)

test(`soak: ${SOAK_REQUESTS} requests with tokens of 2 s`, async ({ browsing, engine, site, tokens }) => {
  test.setTimeout(60_000 + SOAK_REQUESTS * 60)
  tokens.issuer.lifetimeSeconds = 2
  const tab = await openApp(browsing, site)
  await signIn(tab)
  const soak = (requests: number) =>
    tab.evaluate(async (requests) => {
      let left = requests
      const failed: string[] = []
      const lane = async () => {
        while (left-- > 0) {
          const answer = await fetch('/api/rows').then(
            async (response) => `${response.status} ${(await response.text()).length > 0}`,
            String,
          )
          if (answer !== '200 true') failed.push(answer)
        }
      }
      await Promise.all([lane(), lane(), lane(), lane()])
      return failed
    }, requests)
  // The history fills, the code is compiled.
  expect(await soak(Math.min(SOAK_REQUESTS / 4, 1_000))).toEqual([])
  // Only CDP tells the heap of a worker.
  const heapOf = async () => (engine.name === 'chromium' ? workerHeap(tab as PlaywrightTab) : 0)
  const heapBefore = await heapOf()
  const refreshesBefore = tokens.refreshes.length
  const begun = Date.now()
  expect(await soak(SOAK_REQUESTS)).toEqual([])
  const seconds = (Date.now() - begun) / 1000
  const grown = (await heapOf()) - heapBefore
  const refreshes = tokens.refreshes.length - refreshesBefore
  console.log(
    `soak: ${SOAK_REQUESTS} requests in ${seconds.toFixed(1)} s, ${refreshes} refreshes, the worker's heap grew by ${(grown / 1024).toFixed(0)} KiB from ${(heapBefore / 1024).toFixed(0)} KiB`,
  )
  // A refresh begins at the soft mark, 1.2 to 1.6 s after the last.
  expect(refreshes).toBeLessThanOrEqual(Math.ceil(seconds / 1.2) + 1)
  expect(refreshes).toBeGreaterThanOrEqual(Math.floor(seconds / 3) - 1)
  expect(grown).toBeLessThan(512 * 1024)
})
