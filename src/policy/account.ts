import { BearerWorkerError } from '../errors.ts'

/** Characters of an account's name: it is part of keys in the store. */
const LONGEST_NAME = 200

/** Whether a value can be the name of an account. What comes from a page, a message or the store is unknown until then. */
export const isAccount = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME

/** The error of a value that is no name. It does not repeat the value. */
export const noAccount = (): BearerWorkerError =>
  new BearerWorkerError({
    code: 'invalid-call',
    message: `An account is named by a text of 1 to ${LONGEST_NAME} characters, such as a user id: write String(user.id). To name none, leave it out.`,
  })

/** The error of an account of a session whose tokens are in a vault. */
export const noAccountOfVault = (session: string): BearerWorkerError =>
  new BearerWorkerError({
    code: 'invalid-call',
    message: `Session "${session}" has a vault, which knows one user: leave the account out, or let the tab go as none with bearerWorker.use().`,
  })

/**
 * The key of a session's record in the store, and the name of its lock.
 * @param configuration its path. Neither that nor the name of a session has a space in it.
 */
export function sessionKey(configuration: string, session: string, account?: string): string {
  const key = `${configuration} ${session}`
  return account === undefined ? key : `${key} ${account}`
}

/** The session and the account that a key of the store is for; undefined for any other key. */
export function accountOfKey(
  key: string,
  configuration: string,
): { readonly session: string; readonly account: string } | undefined {
  if (!key.startsWith(`${configuration} `)) return undefined
  const rest = key.slice(configuration.length + 1)
  const end = rest.indexOf(' ')
  const account = rest.slice(end + 1)
  return end > 0 && isAccount(account) ? { session: rest.slice(0, end), account } : undefined
}
