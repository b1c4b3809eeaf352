/** Where this script runs: in a page, or in a dedicated or shared worker that has loaded it. A worker has no document. */

const scope = globalThis as Partial<typeof globalThis>

/** A service worker has no `XMLHttpRequest`, and a framework that renders on a server has neither. */
export const isWorker = !scope.window && 'WorkerGlobalScope' in scope && 'XMLHttpRequest' in scope

/** A framework that renders on a server imports this, too. */
export const isBrowser = scope.window !== undefined || isWorker

/** What the browser has defined for this page, or this worker: nothing where a framework renders on a server. */
export const globals = (scope.window ?? (isWorker ? scope : {})) as Window & typeof globalThis

/**
 * The service workers of this page. A worker asks none: Chromium shows it none, although its requests pass one. It authorizes its
 * requests itself, in every browser. @see https://w3c.github.io/ServiceWorker/#navigator-serviceworker
 */
export const serviceWorkers = (): ServiceWorkerContainer | undefined => (isWorker ? undefined : navigator.serviceWorker)
