import type { CDPSession } from '@playwright/test'

/** Settles when every worker that ran has stopped, not when it was told to. */
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
  await session.send('ServiceWorker.enable') // answers with the state of every worker first
  told = true
  await session.send('ServiceWorker.stopAllWorkers')
  if (running.size > 0) await stopped
}
