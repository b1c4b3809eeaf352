declare const __BEARER_WORKER_VERSION__: string
declare const __BEARER_WORKER_SIGN_IN__: boolean

/** Of this build. Page and worker compare theirs, since either file may be stale. */
export const version: string = __BEARER_WORKER_VERSION__

/** Whether this build can sign in by itself; the one without is smaller. */
export const signsIn: boolean = __BEARER_WORKER_SIGN_IN__
