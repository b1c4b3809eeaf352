import { bearerWorker, type SessionView } from 'bearer-worker'
import { useSyncExternalStore } from 'react'

const subscribe = (changed: () => void) => bearerWorker.subscribe(changed)

/** Undefined until it is known. */
export function useSession(name?: string): SessionView | undefined {
  return useSyncExternalStore(
    subscribe,
    () => bearerWorker.snapshot(name),
    () => undefined,
  )
}
