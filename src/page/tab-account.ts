import { isAccount } from '../policy/account.ts'
import { noteNavigations } from './navigations.ts'
import { isWorker } from './realm.ts'

let key: string | undefined
let chosen: string | undefined
/** Of a worker: nobody has said yet which account it goes as. */
let isUntold = isWorker
/** A worker has chosen by itself, and follows its page no more. */
let isOwnChoice = false
let onAdopted = (): void => {}
const listeners: (() => void)[] = []

/** The account that this tab has chosen; undefined where it has chosen none. */
export const tabAccount = (): string | undefined => chosen

export const isAccountUntold = (): boolean => isUntold

/** Calls the listener whenever this page goes as another account from now on. */
export const onAccountChange = (listener: () => void): void => void listeners.push(listener)

/**
 * Reads what an earlier page of this tab has chosen, and listens to what its frames choose later: they share `sessionStorage`.
 * @param configuration its path: another one has other sessions
 * @param onChosenElsewhere called after another page of this tab has chosen
 */
export function restoreAccount(configuration: string, onChosenElsewhere: () => void): void {
  // A worker has no such storage: the page that made it tells it.
  onAdopted = onChosenElsewhere
  if (isWorker) return
  key = `bearer-worker account ${configuration}`
  chosen = storedAccount()
  if (chosen !== undefined) noteNavigations()
  // A page in the back-forward cache gets no events: see `isAccountOutdated`.
  window.addEventListener('storage', ({ key: changed }) => {
    if (changed === key && adopt(storedAccount())) onChosenElsewhere()
  })
}

/** Whether a page that comes from the back-forward cache shows what another account sees. */
export const isAccountOutdated = (): boolean => storedAccount() !== chosen

/** This tab goes as this account from now on, reloads included; or this worker. */
export function chooseAccount(account: string | undefined): void {
  isOwnChoice = true
  try {
    if (account === undefined) sessionStorage.removeItem(key!)
    else sessionStorage.setItem(key!, account)
  } catch {
    // A full or forbidden storage: the choice lasts until the page is closed.
  }
  adopt(account)
}

/** The page of this worker goes as this account. */
export function followPage(account: string | undefined): void {
  if (!isOwnChoice && adopt(account)) onAdopted()
}

function adopt(account: string | undefined): boolean {
  isUntold = false
  if (account === chosen) return false
  chosen = account
  noteNavigations()
  for (const listener of listeners) listener()
  return true
}

function storedAccount(): string | undefined {
  try {
    const stored = sessionStorage.getItem(key!)
    return isAccount(stored) ? stored : undefined
  } catch {
    return chosen
  }
}
