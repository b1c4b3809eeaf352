/** Which account a dedicated worker goes as: that of the page that made it, which it asks once any account is in use. */
import { within } from '../io/deadline.ts'
import { isAccount } from '../policy/account.ts'
import { messageOf } from './intercept/natives.ts'
import { OwnMessageChannel } from './intercept/own-classes.ts'
import { globals, isWorker } from './realm.ts'
import { followPage, isAccountUntold } from './tab-account.ts'

/** ms for the page to say its account: one without the page script never does. */
const ANSWER_MS = 2_000

/** What a dedicated worker asks the page that made it, with a port for the answers: one at once, and one at each change. */
export interface AccountQuestion {
  readonly bearerWorker: 1
  readonly ask: 'account'
}

/** The account of the page; null where it has chosen none. */
export interface AccountAnswer {
  readonly account: string | null
}

const { postMessage } = globals
let areUsed = (): boolean => false
let asked: Promise<unknown> | undefined

/** @param used whether any account has a name on this device */
export const watchAccounts = (used: () => boolean): void => void (areUsed = used)

/** Whether this is a worker that does not know as whom it goes. A shared worker belongs to many pages, so it has to call `use()`. */
export const isAccountUnknown = (): boolean => isAccountUntold() && areUsed()

/** Resolves once the account is known, or nobody says it. Undefined where it need not be asked for. */
export function whenAccountIsTold(): Promise<unknown> | undefined {
  if (!isWorker || !isAccountUnknown()) return undefined
  asked ??= within(ANSWER_MS, ask()).catch(() => {})
  return asked
}

function ask(): Promise<void> {
  // Only a dedicated worker has somebody to send messages to.
  if (typeof postMessage !== 'function') return Promise.resolve()
  const { port1, port2 } = new OwnMessageChannel()
  return new Promise((resolve) => {
    port1.onmessage = (event) => {
      const { account } = Object(messageOf(event)) as Partial<AccountAnswer>
      followPage(isAccount(account) ? account : undefined)
      resolve()
    }
    postMessage({ bearerWorker: 1, ask: 'account' } satisfies AccountQuestion, { transfer: [port2] })
  })
}
