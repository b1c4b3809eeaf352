/** The part that a page loads when it needs it: the engine where no worker can run, and requests that a worker would spoil. */
import { askWorker } from './ask-worker.ts'
import { EngineInPage, type EngineInPageOptions } from './engine-in-page.ts'
import { fetchEventSource } from './fetch-event-source.ts'
import { healStyles } from './heal-styles.ts'
import { openBorder, type PageNatives } from './page-realm.ts'
import { sendXhrByFetch } from './xhr-by-fetch.ts'
import { exchangeXhr } from './xhr-exchange.ts'
import type { XhrSending } from './xhr-sending.ts'

export type { EngineInPage, EngineInPageOptions, PageNatives, XhrSending }

/** What the page script calls. It keeps these functions to itself: they are of another realm, see `page-realm.ts`. */
export interface PagePart {
  startEngine(options: EngineInPageOptions): EngineInPage
  sendXhr(sending: XhrSending): void
  /** Has pictures of style sheets loaded again. `urls` has one in each line. */
  readonly healStyles: typeof healStyles
  fetchEventSource(
    connecting: Omit<Parameters<typeof fetchEventSource>[0], 'send'>,
  ): ReturnType<typeof fetchEventSource>
}

export function openPagePart(natives: PageNatives): PagePart {
  openBorder(natives)
  let engine: EngineInPage | undefined
  return {
    startEngine: (options) => (engine ??= new EngineInPage(options)),
    healStyles,
    sendXhr: (sending) => void sendXhr(sending, engine),
    fetchEventSource: (connecting) =>
      fetchEventSource({ ...connecting, send: (request) => (engine ? engine.fetch(request) : fetch(request)) }),
  }
}

/** Sends an XMLHttpRequest: by the exchange, by `fetch`, or else as the page made it. */
async function sendXhr(sending: XhrSending, engine: EngineInPage | undefined): Promise<void> {
  const { worker, entry, send } = sending
  const taken = await exchangeXhr(sending, (name, call) =>
    worker ? askWorker(worker(), name, call) : engine!.ask(name, call),
  )
  if (taken || entry.over) return
  if (worker || !engine || !sendXhrByFetch(sending, engine)) send()
}
