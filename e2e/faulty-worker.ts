import type { Tab } from './engines/engine.ts'
import { page, type Site } from './servers/site.ts'

/** What a test can break for the shipped worker while it runs. */
export interface WorkerFaults {
  readonly store?: 'ok' | 'error' | 'hang' | 'full'
  /** ms that the device clock is ahead. */
  readonly clock?: number
}

/**
 * Serves the shipped worker with a few lines before it that can break the platform. Returns the path of a page that
 * uses it.
 */
export function serveFaulty(site: Site, initial: WorkerFaults = {}): string {
  site.pages.set(
    '/faulty.sw.js',
    `(${underneath.toString()})(${JSON.stringify({ store: 'ok', clock: 0, ...initial })});\nimportScripts('/bearer-worker.sw.js')`,
  )
  site.pages.set(
    '/faulty.html',
    page({ script: '<script src="/bearer-worker.js" data-worker="/faulty.sw.js"></script>' }),
  )
  return '/faulty.html'
}

/** Changes what is broken; resolves once the worker has applied it. */
export function breakWorker(tab: Tab, faults: WorkerFaults): Promise<void> {
  return tab.evaluate(async (faults) => {
    const channel = new BroadcastChannel('faults')
    const heard = new Promise((resolve) => (channel.onmessage = resolve))
    channel.postMessage(faults)
    await heard
    channel.close()
  }, faults)
}

function underneath(faults: Required<WorkerFaults>): void {
  const channel = new BroadcastChannel('faults')
  channel.onmessage = ({ data }) => {
    Object.assign(faults, data)
    channel.postMessage('heard')
  }
  const { now } = Date
  Date.now = () => now() + faults.clock
  const { open } = IDBFactory.prototype
  IDBFactory.prototype.open = function (...args) {
    if (faults.store === 'error') throw new DOMException('The test wants it so.', 'UnknownError')
    return faults.store === 'hang' ? ({} as IDBOpenDBRequest) : open.apply(this, args)
  }
  const { transaction } = IDBDatabase.prototype
  IDBDatabase.prototype.transaction = function (...args) {
    if (faults.store === 'error' || faults.store === 'hang')
      throw new DOMException('The connection is closed.', 'InvalidStateError')
    return transaction.apply(this, args)
  }
  const { put } = IDBObjectStore.prototype
  IDBObjectStore.prototype.put = function (...args) {
    if (faults.store === 'full') throw new DOMException('The disk is full.', 'QuotaExceededError')
    return put.apply(this, args)
  }
}
