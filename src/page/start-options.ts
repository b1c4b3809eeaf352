import { ownUrl } from './own-origin.ts'
import type { Places } from './registration.ts'

export interface StartOptions {
  /** URL of `bearer-worker.sw.js`; `/bearer-worker.sw.js` by default. */
  readonly worker?: string
  /** URL of `bearer-worker.page.js`; beside the worker by default. */
  readonly page?: string
  /** URL of the configuration, on the same origin; `bearer-worker.json` beside the worker by default. */
  readonly config?: string
  /** The folder whose pages are covered; the worker's by default. */
  readonly scope?: string | undefined
  /** `module` where the worker is the site's own and an ES module; `classic` by default. */
  readonly type?: WorkerType
  /** Nonce of the Content-Security-Policy, where it allows only scripts with one: `bearer-worker.page.js` is loaded with it. */
  readonly nonce?: string | undefined
}

/** Throws `configuration-invalid` for a URL of another origin. */
export function placesOf({ worker, page, config, scope, type = 'classic', nonce }: StartOptions): Places {
  const script = ownUrl(worker ?? '/bearer-worker.sw.js')
  const placeOf = (given: string | undefined, beside: string) =>
    given === undefined ? ownUrl(beside, script.href) : ownUrl(given)
  return {
    worker: script,
    pagePart: placeOf(page, 'bearer-worker.page.js'),
    oauthPart: ownUrl('bearer-worker.oauth.js', script.href),
    config: placeOf(config, 'bearer-worker.json'),
    scope: placeOf(scope, './').href,
    isNamed: worker !== undefined && !script.pathname.endsWith('/bearer-worker.sw.js'),
    type,
    nonce,
  }
}
