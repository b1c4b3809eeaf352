import type { CDPSession } from '@playwright/test'

/** Resolves once every running worker has stopped, not only once it was told to stop. */
export async function stopAllWorkers(session: CDPSession): Promise<void> {
  const running = new Set<string>()
  let told = false
  const stopped = new Promise<void>((resolve) => {
    session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
      for (const { versionId, runningStatus } of versions) {
        if (runningStatus === 'stopped') running.delete(versionId)
        else if (!told) running.add(versionId)
      }
      if (told && running.size === 0) resolve()
    })
  })
  await session.send('ServiceWorker.enable') // its first event has the state of every worker
  told = true
  await session.send('ServiceWorker.stopAllWorkers')
  if (running.size > 0) await stopped
}
