import { bearerWorker } from 'bearer-worker'
import { readable } from 'svelte/store'

/** Undefined until the worker has answered. */
export const session = readable(bearerWorker.snapshot(), (set) =>
  bearerWorker.subscribe(() => set(bearerWorker.snapshot())),
)
