/** The part that a page loads when it needs it: the engine where no worker can run, and requests that a worker would spoil. */
import { engineInPage } from './engine-in-page.ts'
import { fetchEventSource } from './fetch-event-source.ts'
import { exchangeXhr } from './xhr-exchange.ts'

export const pagePart = { engineInPage, exchangeXhr, fetchEventSource }
export type PagePart = typeof pagePart
