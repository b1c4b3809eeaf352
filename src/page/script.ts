/** The entry of `bearer-worker.js`: a classic script, first in the page. */
import { BearerWorker } from './bearer-worker.ts'

const { src, dataset } = document.currentScript as HTMLScriptElement
const beside = (name: string) => new URL(name, src).href
const from = (value: string | undefined, otherwise: string) => (value === undefined ? beside(otherwise) : new URL(value, document.baseURI).href)

const scope = dataset['scope']
const bearerWorker = ((globalThis as { bearerWorker?: BearerWorker }).bearerWorker ??= new BearerWorker())
bearerWorker.start({ worker: from(dataset['worker'], 'bearer-worker.sw.js'), config: from(dataset['config'], 'bearer-worker.json'), ...(scope !== undefined && { scope }) })
