import { type Choices, type Chosen, UNKNOWN } from '../engine/choices.ts'
import { askPage } from './ask-pages.ts'

declare const self: ServiceWorkerGlobalScope

/** ms for the pages to say whether a navigation is theirs. */
const ASKING_MS = 1_000

/**
 * The account of a navigation, where the browser does not tell which page it is of: that of the pages which link to it, if
 * these have one account; else that of the pages which say that it is theirs.
 * @param isSignedInUnnamed whether somebody is signed in without an account: a new tab would go as that user
 */
export async function accountOfNavigation(
  { url, referrer }: Pick<Request, 'url' | 'referrer'>,
  choices: Choices,
  isSignedInUnnamed: () => Promise<boolean>,
): Promise<Chosen> {
  const open = (await self.clients.matchAll({ type: 'window', includeUncontrolled: true })).filter(isDocument)
  const linking = open.filter((page) => withoutFragment(page.url) === withoutFragment(referrer))
  const counted = linking.length > 0 ? linking : open
  const agreed = agreedBy(counted, choices)
  if (agreed !== UNKNOWN && (linking.length > 0 || agreed === undefined || !(await isSignedInUnnamed()))) return agreed
  const over = AbortSignal.timeout(ASKING_MS)
  const replies = await Promise.all(counted.map((page) => askPage(page, { ask: 'navigation', url }, over)))
  return agreedBy(
    counted.filter((_, index) => replies[index]?.kind === 'provided'),
    choices,
  )
}

/** The account of the pages that are open, if they have the same. */
export async function accountOfAllPages(choices: Choices): Promise<Chosen> {
  return agreedBy(
    (await self.clients.matchAll({ type: 'window', includeUncontrolled: true })).filter(isDocument),
    choices,
  )
}

function agreedBy(pages: readonly Client[], choices: Choices): Chosen {
  const accounts = new Set(pages.map(({ id }) => choices.of(id)))
  const [only] = accounts
  return accounts.size === 1 && only !== undefined ? (only ?? undefined) : UNKNOWN
}

/** A frame without a document of its own sends nothing by itself. */
const isDocument = ({ url }: Client): boolean => url.startsWith('http')

const withoutFragment = (url: string): string => url.replace(/#.*$/s, '')
