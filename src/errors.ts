/** One mistake in a configuration. */
export interface ConfigurationIssue {
  /** Where it stands, as in `sessions.main.resources[0]`. */
  readonly path: string
  readonly message: string
}

export type BearerWorkerErrorCode =
  | 'configuration-invalid'
  | 'configuration-unreachable'
  /** No worker is active. */
  | 'worker-unavailable'
  /** The worker's scope does not include the page. */
  | 'scope-too-narrow'
  /** The page's folder belongs to another service worker. */
  | 'other-worker'
  /** Page script and worker are of versions that do not understand each other. */
  | 'worker-stale'
  /** A file that the configuration or the page needs could not be loaded. */
  | 'part-unavailable'
  /** A message to the worker that is no call. */
  | 'invalid-call'
  /** A fault of Bearer Worker itself. */
  | 'internal'
  | 'unknown-session'
  | 'signed-out'
  | 'session-ended'
  | 'refresh-failed'
  | 'not-exposed'
  | 'sign-in-failed'
  | 'store-failed'
  | 'timeout'

/** What an error is while it travels between page and worker: data, never a token. */
export interface ErrorData {
  readonly code: BearerWorkerErrorCode
  readonly message: string
  readonly issues?: readonly ConfigurationIssue[] | undefined
  /** ms since epoch; with `refresh-failed`, when the next try is allowed. */
  readonly retryAt?: number | undefined
  /** The server's own code, with `session-ended` and `refresh-failed`. */
  readonly reason?: string | undefined
}

/** Every error that Bearer Worker rejects with; `code` is stable, `message` names the cure. */
export class BearerWorkerError extends Error {
  override readonly name = 'BearerWorkerError'
  declare readonly code: BearerWorkerErrorCode
  declare readonly issues?: readonly ConfigurationIssue[]
  declare readonly retryAt?: number
  declare readonly reason?: string

  constructor({ message, ...data }: ErrorData, cause?: unknown) {
    super(message, { cause })
    Object.assign(this, data)
  }
}

/** An error as data, for the other realm. Known by name: each realm has a class of its own. */
export function toErrorData(error: unknown): ErrorData {
  const { name, code, message, issues, retryAt, reason } = (error ?? {}) as Partial<BearerWorkerError>
  if (name === 'BearerWorkerError' && code && message !== undefined) return { code, message, issues, retryAt, reason }
  return {
    code: 'internal',
    message: `Bearer Worker failed at an unexpected place: ${message ?? 'no message'}. Please report it.`,
  }
}
