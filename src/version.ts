declare const __BEARER_WORKER_VERSION__: string
declare const __BEARER_WORKER_WHOLE__: boolean

/** Of this build. Page and worker compare theirs, since either file may be stale. */
export const version: string = __BEARER_WORKER_VERSION__

/** Whether this build is the whole product; `bearer-worker.core.sw.js` leaves sign-in, DPoP, `explain()` and pages without a worker out. */
export const isWhole: boolean = __BEARER_WORKER_WHOLE__
