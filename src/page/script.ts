/** The entry of `bearer-worker.js`: a classic script, first in the page. */
import { BearerWorker } from './bearer-worker.ts'

const { src, dataset } = document.currentScript as HTMLScriptElement
const beside = (name: string) => new URL(name, src).href
const {
  worker = beside('bearer-worker.sw.js'),
  config,
  scope,
} = dataset as { worker?: string; config?: string; scope?: string }

;((globalThis as { bearerWorker?: BearerWorker }).bearerWorker ??= new BearerWorker()).start({
  worker,
  page: beside('bearer-worker.page.js'),
  ...(config !== undefined && { config }),
  scope,
})
