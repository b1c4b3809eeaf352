/** What a spec may ask of a browser, in every engine: Chromium by CDP, Firefox by WebDriver BiDi, WebKit by WebDriver. */
import type { EngineName } from '../../scripts/browsers.mjs'

export type { EngineName }

/** One tab. Whatever a spec does in it, it does by code of the page. */
export interface Tab {
  goto(url: string): Promise<void>
  reload(): Promise<void>
  /** Runs a function in the page; it sees nothing of the spec but its argument, which travels as JSON, as its result does. */
  evaluate<Result>(run: () => Result | Promise<Result>): Promise<Result>
  evaluate<Result, Argument>(run: (argument: Argument) => Result | Promise<Result>, argument: Argument): Promise<Result>
  /** Shift+reload: past the caches and past the worker. Missing where the engine cannot be told to. */
  hardReload?(): Promise<void>
  close(): Promise<void>
}

/** One profile, isolated from the others: storage, workers and the tabs that share them. */
export interface Browsing {
  newTab(url?: string): Promise<Tab>
  /**
   * Registers the worker from a throw-away tab. WebKit runs a worker inside the process of the tab that registered it;
   * primed, it has a process of its own, and `stopWorkers` can end it without the tabs.
   */
  prime(url: string): Promise<void>
  /** Stops every service worker as the browser itself does when it is idle; WebKit knows no orderly stop and kills it. */
  stopWorkers(): Promise<void>
  /** Deletes the databases of an origin, as a user does who clears the site's data. Missing where the engine cannot be told to. */
  clearDatabases?(origin: string): Promise<void>
  close(): Promise<void>
}

export interface Engine {
  readonly name: EngineName
  readonly version: string
  /** Opens a fresh profile. */
  browse(): Promise<Browsing>
  /** Opens the profile kept in a folder; missing where every profile is ephemeral. */
  browseProfile?(folder: string): Promise<Browsing>
  close(): Promise<void>
}

/** Resolves in a page once a worker has it in its scope and is active. */
export async function workerActive(): Promise<void> {
  const { active } = await navigator.serviceWorker.ready
  if (!active || active.state === 'activated') return
  await new Promise<void>((resolve) => {
    active.addEventListener('statechange', () => resolve(), { once: true })
  })
}
