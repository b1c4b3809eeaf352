/** The entry of `bearer-worker.js`: a classic script, first in the page, or in a worker. */
import { bearerWorkerOfPage } from './global.ts'
import { currentScript } from './own-origin.ts'
import { isWorker } from './realm.ts'
import type { StartOptions } from './start-options.ts'

bearerWorkerOfPage().start(optionsOf(isWorker ? imported() : currentScript()))

type Tag = Pick<HTMLScriptElement, 'src' | 'nonce' | 'dataset'>

/**
 * What the tag would say: a worker imports this script, which leaves none. The URL of the script is found in the stack of an error
 * only, and its query has what would be attributes: `importScripts('/bearer-worker.js?config=/settings.json')`.
 */
function imported(): Tag | null {
  const [src] = /https?:\/\/.+?(?=:\d+:\d+)/.exec(new Error().stack ?? '') ?? []
  return src === undefined ? null : { src, nonce: '', dataset: Object.fromEntries(new URL(src).searchParams) }
}

/** What the tag says; the other files lie beside the script, unless it comes from another origin. */
function optionsOf(tag: Tag | null): StartOptions {
  if (!tag) return {}
  const { src, nonce } = tag
  const { worker, config, scope, workerType } = tag.dataset
  const isOwn = new URL(src).origin === self.origin
  const beside = (name: string) =>
    isOwn ? { [name]: new URL(`bearer-worker.${name === 'worker' ? 'sw' : name}.js`, src).href } : {}
  return {
    ...beside('page'),
    ...(worker === undefined ? beside('worker') : { worker }),
    ...(config !== undefined && { config }),
    ...(workerType === 'module' && { type: workerType }),
    scope,
    nonce,
  }
}
