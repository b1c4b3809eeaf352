import type { Choices } from '../engine/choices.ts'
import { agreedAccount, type Chosen, navigationAccount, type OpenPage } from '../policy/navigation-account.ts'
import { askPage } from './ask-pages.ts'

declare const self: ServiceWorkerGlobalScope

/** ms for the pages to say whether a navigation is theirs. */
const ASKING_MS = 1_000

interface OpenClient extends OpenPage {
  readonly client: WindowClient
}

/**
 * The account of a navigation, where the browser does not tell which page it is of.
 * @param isUnnamedSignedIn whether somebody is signed in without an account: a new tab goes as that user
 */
export async function accountOfNavigation(
  { url, referrer }: Pick<Request, 'url' | 'referrer'>,
  choices: Choices,
  isUnnamedSignedIn: boolean,
): Promise<Chosen> {
  const { account, ask } = navigationAccount(await openPages(choices), { referrer, isUnnamedSignedIn })
  if (ask.length === 0) return account
  const over = AbortSignal.timeout(ASKING_MS)
  const replies = await Promise.all(ask.map(({ client }) => askPage(client, { ask: 'navigation', url }, over)))
  return agreedAccount(ask.filter((_, index) => replies[index]?.kind === 'provided'))
}

/** The account of the pages that are open, if they have the same. */
export const accountOfAllPages = async (choices: Choices): Promise<Chosen> => agreedAccount(await openPages(choices))

async function openPages(choices: Choices): Promise<readonly OpenClient[]> {
  const clients = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  // A frame without a document of its own sends nothing by itself.
  const documents = clients.filter(({ url }) => url.startsWith('http'))
  return documents.map((client) => ({ client, url: client.url, account: choices.of(client.id) }))
}
