declare const __BEARER_WORKER_VERSION__: string

/** Of this build. Page and worker compare theirs, since either file may be stale. */
export const version: string = __BEARER_WORKER_VERSION__
