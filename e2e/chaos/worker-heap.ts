import type { PlaywrightTab } from '../engines/playwright-tab.ts'

/** Bytes of the worker's JavaScript heap in use after a garbage collection. */
export async function workerHeap(tab: PlaywrightTab): Promise<number> {
  const session = await tab.page.context().browser()!.newBrowserCDPSession()
  const { targetInfos } = await session.send('Target.getTargets')
  const { targetId } = targetInfos.find(
    ({ type, url }) => type === 'service_worker' && url.includes('bearer-worker.sw.js'),
  )!
  const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false })
  let last = 0
  const ask = (method: string) =>
    new Promise<{ usedSize: number }>((resolve) => {
      const id = ++last
      session.on('Target.receivedMessageFromTarget', ({ message }) => {
        const reply = JSON.parse(message) as { id?: number; result: { usedSize: number } }
        if (reply.id === id) resolve(reply.result)
      })
      void session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method }) })
    })
  await ask('HeapProfiler.collectGarbage')
  const { usedSize } = await ask('Runtime.getHeapUsage')
  await session.detach()
  return usedSize
}
