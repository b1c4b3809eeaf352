/** The part that a page loads when it needs it: the engine where no worker can run, and requests that would lose something behind a worker. */
import { continueEventSource } from './continue-event-source.ts'
import { engineInPage } from './engine-in-page.ts'
import { fetchEventSource } from './fetch-event-source.ts'
import { healSilent } from './heal-silent.ts'
import { planSocket } from './plan-socket.ts'
import { tellUncovered } from './uncovered.ts'
import { exchangeXhr } from './xhr-exchange.ts'

export const pagePart = {
  engineInPage,
  exchangeXhr,
  fetchEventSource,
  continueEventSource,
  healSilent,
  planSocket,
  tellUncovered,
}
export type PagePart = typeof pagePart
