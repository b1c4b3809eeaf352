/** One mistake in a configuration. */
export interface ConfigurationIssue {
  /** Where it stands, as in `sessions.main.resources[0]`; empty for the file as a whole. */
  readonly path: string
  /** What is wrong, and how to write it. */
  readonly message: string
}

/** What went wrong; `message` of the error says how to cure it. */
export type BearerWorkerErrorCode =
  /** The configuration has mistakes, or its URL is not allowed: correct what `issues` list. `npx bearer-worker check` finds the same. */
  | 'configuration-invalid'
  /** The configuration file could not be read: put it beside the worker's script, or name it with `data-config`. */
  | 'configuration-unreachable'
  /** No worker is active, or it answers nothing: reload the page, and look into the worker's console. */
  | 'worker-unavailable'
  /** The worker's scope does not include the page: put the script into a folder above it, or set `data-scope`. */
  | 'scope-too-narrow'
  /** The page's folder belongs to another service worker: use Bearer Worker as a part of that one. */
  | 'other-worker'
  /** Page script and worker are of versions that do not understand each other: deploy both of one version, without a cache. */
  | 'worker-stale'
  /** A file that the configuration or the page needs could not be loaded: copy the file that the message names. */
  | 'part-unavailable'
  /** A message to the worker that is no call: use the functions of `bearerWorker`. */
  | 'invalid-call'
  /** A fault of Bearer Worker itself: report it. */
  | 'internal'
  /** The configuration has no session of this name: use one that the message lists. */
  | 'unknown-session'
  /** Nobody is signed in, so there is no access token: sign in. */
  | 'signed-out'
  /** The server ended the session, `reason` says why: the user has to sign in again. */
  | 'session-ended'
  /** There is no new access token for now, `reason` says why. The session is kept: try again, after `retryAt` if there is one. */
  | 'refresh-failed'
  /** `getAccessToken()` is not allowed: set `exposeAccessToken`, if the page may see the token. */
  | 'not-exposed'
  /** `setTokens()` got no token response, or a sign-in could not begin: correct what the message names. */
  | 'sign-in-failed'
  /** The browser's storage cannot be read or written: free disk space, or leave private browsing, and try again. */
  | 'store-failed'
  /** The worker did not answer in time: try again. */
  | 'timeout'

/** What an error is while it travels between page and worker: data, never a token. */
export interface ErrorData {
  readonly code: BearerWorkerErrorCode
  /** For developers: what went wrong, and the cure. */
  readonly message: string
  /** With `configuration-invalid`: every mistake of the file. */
  readonly issues?: readonly ConfigurationIssue[] | undefined
  /** With `refresh-failed`: when the next try is allowed, in ms since epoch; missing when somebody has to act first. */
  readonly retryAt?: number | undefined
  /** With `session-ended` and `refresh-failed`: the server's own code, e.g. `invalid_grant`, or one of ours (`OwnReason`). */
  readonly reason?: string | undefined
}

/** Every error that Bearer Worker rejects with; `code` is stable, `message` names the cure. */
export class BearerWorkerError extends Error {
  override readonly name = 'BearerWorkerError'
  declare readonly code: BearerWorkerErrorCode
  /** With `configuration-invalid`: every mistake of the file. */
  declare readonly issues?: readonly ConfigurationIssue[]
  /** With `refresh-failed`: when the next try is allowed, in ms since epoch. */
  declare readonly retryAt?: number
  /** With `session-ended` and `refresh-failed`: the server's own code, or one of ours. */
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
