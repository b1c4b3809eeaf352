import { bearerWorker } from 'bearer-worker'
import { useSyncExternalStore } from 'react'

const subscribe = (changed) => bearerWorker.subscribe(changed)

/** Undefined on the server, and until the worker has answered. */
export function useSession() {
  return useSyncExternalStore(
    subscribe,
    () => bearerWorker.snapshot(),
    () => undefined,
  )
}
