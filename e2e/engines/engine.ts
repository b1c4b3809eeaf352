/**
 * The operations that every engine offers to specs: Chromium by CDP, Firefox by WebDriver BiDi, WebKit by WebDriver.
 */
import type { EngineName } from '../../scripts/browsers.mjs'

export type { EngineName }

/** One tab. Specs act in it only with code that runs in the page. */
export interface Tab {
  goto(url: string): Promise<void>
  reload(): Promise<void>
  /**
   * Runs a function in the page. It sees nothing of the spec except its argument; argument and result are sent as
   * JSON.
   */
  evaluate<Result>(run: () => Result | Promise<Result>): Promise<Result>
  evaluate<Result, Argument>(run: (argument: Argument) => Result | Promise<Result>, argument: Argument): Promise<Result>
  /** Shift+reload, which bypasses caches and the worker. Undefined where the engine cannot do it. */
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
  /**
   * Stops every service worker, as the browser does with an idle one. WebKit has no such command: its process is
   * killed.
   */
  stopWorkers(): Promise<void>
  /** Deletes the databases of an origin, as clearing the site's data does. Undefined where the engine cannot do it. */
  clearDatabases?(origin: string): Promise<void>
  close(): Promise<void>
}

export interface Engine {
  readonly name: EngineName
  readonly version: string
  /** Opens a fresh profile. */
  browse(): Promise<Browsing>
  /** Opens the profile in a folder. Undefined where every profile is ephemeral. */
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
