import type { Findings } from '../finding.ts'
import type { Page } from './page.ts'
import type { Rendered } from './render.ts'

/** What the page itself says, in a browser: are its requests covered, and by the worker? */
export function checkCovered({ ready }: Rendered, { url }: Page, findings: Findings): void {
  if (!ready) return
  if ('code' in ready)
    findings.problem(
      'not-covered',
      url,
      `In the browser, bearerWorker.ready rejects with ${ready.code}: ${ready.message}`,
      'Fix what it says; the other findings name the place.',
    )
  else if (ready.value === 'page')
    findings.note(
      'covered-by-page',
      url,
      'In the browser the page covers itself: no worker of ours controls it.',
      'See whether another finding says why. Nothing is lost but what only a worker can do.',
    )
  else if (ready.value !== 'worker')
    findings.problem(
      'not-covered',
      url,
      'In the browser, bearerWorker.ready does not settle.',
      'See whether the worker is served, and whether another one is registered for this scope.',
    )
}

/** Our worker among those that the page has registered, when a bundle names it: it has the configuration in its URL. */
export function registeredByBundle(
  { registrations }: Rendered,
  page: Page,
): { readonly worker: string; readonly config: string; readonly scope: string } | undefined {
  for (const { worker, scope } of registrations) {
    const url = new URL(worker)
    const config = url.searchParams.get('config')
    if (config === null || url.origin !== new URL(page.url).origin || !URL.canParse(config, url)) continue
    return { worker: url.origin + url.pathname, config: new URL(config, url).href, scope }
  }
  return undefined
}
