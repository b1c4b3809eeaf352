import type { BearerWorker } from './bearer-worker.ts'
import { bearerWorkerOfPage } from './global.ts'

export { BearerWorker, BearerWorkerError, type AccountOption } from './bearer-worker.ts'
export type { StartOptions } from './start-options.ts'
export type { TokenProvider } from './answer-questions.ts'
export type { BearerWorkerErrorCode, ConfigurationIssue } from '../errors.ts'
export type {
  Entry,
  ExchangeOutcome,
  Explanation,
  ExplanationCode,
  OwnReason,
  ProvideReason,
  RefreshOutcomeKind,
  SessionView,
  SignInOptions,
} from '../protocol.ts'

/** The page API: the one of the script tag, where there is one; else call `bearerWorker.start()` before the first request. */
export const bearerWorker: BearerWorker = bearerWorkerOfPage()
