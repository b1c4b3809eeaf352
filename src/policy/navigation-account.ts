/** It is not known as whom a request goes: it gets no token. */
export const UNKNOWN: unique symbol = Symbol('unknown account')
/** The account that a request goes as; undefined where its tab has chosen none. */
export type Chosen = string | undefined | typeof UNKNOWN

/** A page that is open. */
export interface OpenPage {
  readonly url: string
  /** What it has chosen: null for no account; undefined as long as it has not told. */
  readonly account: string | null | undefined
}

/** The account of these pages, if they have told and have the same. */
export function agreedAccount(pages: readonly Pick<OpenPage, 'account'>[]): Chosen {
  const accounts = new Set(pages.map(({ account }) => account))
  const [only] = accounts
  return accounts.size === 1 && only !== undefined ? (only ?? undefined) : UNKNOWN
}

/** What is known of a navigation whose page the browser does not name. */
interface Navigation {
  /** URL of the page that led to it; empty where no page did, or where it hides that. */
  readonly referrer: string
  /** Somebody is signed in without an account: a new tab goes as that user. */
  readonly isUnnamedSignedIn: boolean
}

/**
 * The account of a navigation: that of the pages with the referrer's URL, or where no such page is open, of all pages. Where these
 * differ it is unknown, and `ask` are the pages that can say whether it is theirs.
 */
export function navigationAccount<Page extends OpenPage>(
  pages: readonly Page[],
  { referrer, isUnnamedSignedIn }: Navigation,
): { readonly account: Chosen; readonly ask: readonly Page[] } {
  const linking = pages.filter(({ url }) => referrer !== '' && withoutFragment(url) === withoutFragment(referrer))
  const counted = linking.length > 0 ? linking : pages
  const account = agreedAccount(counted)
  // It may be that of a new tab.
  const isDoubtful = linking.length === 0 && typeof account === 'string' && isUnnamedSignedIn
  return account === UNKNOWN || isDoubtful ? { account: UNKNOWN, ask: counted } : { account, ask: [] }
}

const withoutFragment = (url: string): string => url.replace(/#.*$/s, '')
