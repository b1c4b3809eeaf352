declare const __BEARER_WORKER_DOCUMENTATION__: string

/** Where the pages of `docs/` can be read, without a slash at the end. The package does not contain them. */
export const documentation: string = __BEARER_WORKER_DOCUMENTATION__
