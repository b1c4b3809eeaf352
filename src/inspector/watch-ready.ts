import type { BearerWorkerError } from '../page/index.ts'
import type { Inspected } from './inspected.ts'

const LOOK_MS = 1_000

interface Watching {
  readonly onReady: (where: 'worker' | 'page') => void
  readonly onFailed: (error: BearerWorkerError) => void
}

/** Tells who covers the page, and again each time that another one does: `ready` is another promise then. */
export function watchReady(inspected: Inspected, { onReady, onFailed }: Watching, signal: AbortSignal): void {
  let seen: Inspected['ready'] | undefined
  const look = () => {
    const { ready } = inspected
    if (ready === seen) return
    seen = ready
    ready.then(
      (where) => !signal.aborted && seen === ready && onReady(where),
      (error: BearerWorkerError) => !signal.aborted && seen === ready && onFailed(error),
    )
  }
  look()
  const looking = setInterval(look, LOOK_MS)
  signal.addEventListener('abort', () => clearInterval(looking))
}
