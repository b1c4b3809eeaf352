import { BearerWorkerError } from '../errors.ts'
import type { Offered } from '../in-page/offer.ts'
import type { Places } from './registration.ts'

const OFFERED = Symbol.for('bearer-worker.offered')

let loading: Promise<void> | undefined

/** What the worker's own file has for a page, loaded when it is needed: most pages never do. */
export async function loadOffered({ worker }: Places): Promise<Offered> {
  await (loading ??= load(worker.href))
  return (globalThis as unknown as { readonly [OFFERED]: Offered })[OFFERED]
}

function load(src: string): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    document.head.append(
      Object.assign(document.createElement('script'), { src, onload: () => resolve(), onerror: reject }),
    )
  }).catch((cause: unknown) => {
    loading = undefined
    throw new BearerWorkerError(
      { code: 'worker-unavailable', message: `${src} could not be loaded: serve it, and let the CSP allow it.` },
      cause,
    )
  })
}
