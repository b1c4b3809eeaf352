import { BearerWorker } from './bearer-worker.ts'

export { BearerWorker, BearerWorkerError, type StartOptions } from './bearer-worker.ts'
export type { BearerWorkerErrorCode, ConfigurationIssue } from '../errors.ts'
export type { Entry, Explanation, SessionView, SignInOptions } from '../protocol.ts'

/** The page API. Call `bearerWorker.start()` before the first request. */
export const bearerWorker = new BearerWorker()
