/** The entry of `bearer-worker.js`: a classic script, first in the page. */
import { bearerWorkerOfPage } from './global.ts'
import { currentScript } from './own-origin.ts'
import type { StartOptions } from './start-options.ts'

bearerWorkerOfPage().start(optionsOf(currentScript()))

/** What the tag says; the other files lie beside the script, unless it comes from another origin. */
function optionsOf(tag: HTMLScriptElement | null): StartOptions {
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
