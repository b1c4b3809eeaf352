import { documentationOf } from '../documentation.ts'
import type { Findings } from '../finding.ts'
import { checkLifetime } from './kept-scripts.ts'
import { isLoopback } from './loopback.ts'
import { JAVASCRIPT, type Page, type PageScript } from './page.ts'
import { isReached, type Visit, type Visited } from './visit.ts'

/** Where the parts of Bearer Worker are on a site, as absolute URLs. */
export interface Places {
  /** Missing where a bundle holds the page script. */
  readonly script?: string
  readonly worker: string
  readonly config: string
  readonly scope: string
  /** What `data-scope` says, where it is written. */
  readonly writtenScope?: string
}

/** A version stands in the first line of both files; the build puts it there. */
const BANNER = /\/\*! bearer-worker (\d[\w.+-]*) \*\//

/** The script tag: is it there, and first? */
export function checkScriptTag({ ours, again, scripts, url }: Page, isNamed: boolean, findings: Findings): void {
  if (!ours) {
    if (!isNamed)
      findings.problem(
        'script-tag-missing',
        url,
        'No script tag of Bearer Worker is in this page.',
        'Put <script src="/bearer-worker.js"></script> first into its head. If your bundle calls bearerWorker.start(), name the files with --worker and --config.',
      )
    return
  }
  const tag = `<script src="${ours.attributes['src']}">`
  if (ours.runs === 'framework')
    findings.note(
      'script-tag-by-framework',
      url,
      'Next.js loads the page script itself (beforeInteractive): before your app runs, and after the scripts of Next.js.',
      'If one of those asks your API, write a plain <script src> into the head of the root layout.',
    )
  else if (ours.runs !== 'blocking') {
    const attribute = lateAttributeOf(ours)
    findings.problem(
      'script-tag-late',
      url,
      `The script tag of Bearer Worker has ${attribute}: requests that scripts make before it runs go out without a token.`,
      `Write ${tag} as it is, without ${attribute}.`,
    )
  }
  if (again.length > 0)
    findings.problem(
      'script-tag-twice',
      url,
      `The page has ${again.length + 1} script tags of Bearer Worker: only the first one counts, with its attributes.`,
      `Keep one of ${[ours, ...again].map(({ attributes }) => `<script src="${attributes['src']}">`).join(' and ')}, first in the head.`,
    )
  const before = scripts
    .slice(0, scripts.indexOf(ours))
    .filter(({ runs }) => runs === 'blocking' || runs === 'async')
    .filter(({ src, text }) => ours.runs !== 'framework' || !/\/_next\/|__next/.test(src ?? text))
  if (before.length === 0 && ours.isInBody && ours.runs === 'blocking')
    findings.note(
      'script-tag-in-body',
      url,
      'The script tag of Bearer Worker is in the body: what the page requests before it, such as images, frames and modules, may go out without a token.',
      `Move ${tag} into the head, before everything else.`,
    )
  if (before.length > 0) {
    const names = before.map(
      ({ src, text }) => src ?? `an inline script (${text.trim().replaceAll(/\s+/g, ' ').slice(0, 40)} …)`,
    )
    findings.problem(
      'script-tag-not-first',
      url,
      `The script tag of Bearer Worker comes after ${names.join(', ')}: what these request first may go out without a token.`,
      `Move ${tag} before every other script.`,
    )
  }
}

function lateAttributeOf({ attributes }: PageScript): string {
  if (attributes['type'] === 'module') return 'type="module"'
  return 'async' in attributes ? 'async' : 'defer'
}

/** Both scripts: are they there, are they scripts, and of one version? Returns the worker's answer. */
export async function checkScripts(
  { script, worker }: Places,
  page: Page,
  visit: Visit,
  findings: Findings,
): Promise<Visited | undefined> {
  const [ofPage, ofWorker] = await Promise.all([
    script === undefined ? undefined : checkScript('page script', script, visit, findings),
    checkScript('worker', worker, visit, findings),
  ])
  if (ofPage?.version !== undefined && ofWorker?.version !== undefined && ofPage.version !== ofWorker.version) {
    findings.problem(
      'versions-differ',
      worker,
      `The page script is version ${ofPage.version}, the worker ${ofWorker.version}.`,
      'Deploy both files of one version (npx bearer-worker init <folder> --update), and let no cache keep the older.',
    )
  }
  if (new URL(worker).origin !== new URL(page.url).origin) {
    findings.problem(
      'worker-other-origin',
      worker,
      `The worker is on another origin than the page, ${new URL(page.url).origin}.`,
      'Serve it from the origin of the page: browsers run no other.',
    )
  }
  if (ofPage) checkLifetime('page script', ofPage.visited, findings)
  if (ofWorker) checkLifetime('worker', ofWorker.visited, findings)
  return ofWorker?.visited
}

/** A worker of the site's own, which has ours as a part. */
export const isOwnWorker = (worker: string): boolean =>
  !/bearer-worker([.-][\w-]+)?\.sw\.js$/.test(new URL(worker).pathname)

async function checkScript(
  what: string,
  url: string,
  visit: Visit,
  findings: Findings,
): Promise<{ visited: Visited; version?: string } | undefined> {
  const visited = await visit(url, {
    redirect: 'manual',
    headers: what === 'worker' ? { 'service-worker': 'script' } : {},
  })
  const cure = `Copy it there: npx bearer-worker init <the folder of your site>.`
  if (!isReached(visited))
    return void findings.problem('script-unreachable', url, `The ${what} cannot be reached: ${visited.why}.`, cure)
  if (visited.status >= 300 && visited.status < 400) {
    return void findings.problem(
      'script-redirected',
      url,
      `The ${what} is redirected to ${visited.headers.get('location')}.`,
      'Serve the file itself at this address: browsers refuse a redirected worker.',
    )
  }
  if (!visited.ok)
    return void findings.problem('script-missing', url, `The ${what} is answered with status ${visited.status}.`, cure)
  if (visited.type === 'text/html') {
    return void findings.problem(
      'script-type',
      url,
      `The ${what} is served as text/html: probably the server answers with your start page where it has no file.`,
      cure,
    )
  }
  if (!JAVASCRIPT.test(visited.type)) {
    findings.problem(
      'script-type',
      url,
      `The ${what} is served as ${visited.type || 'no type at all'}: browsers run it only as JavaScript.`,
      'Let the server send Content-Type: text/javascript for .js files.',
    )
  }
  // A bundle has no banner; what our part writes into the store and onto the wire has this name.
  if (what === 'worker' && isOwnWorker(url)) {
    if (visited.text.includes('bearer-worker')) return { visited }
    return void findings.problem(
      'script-unknown',
      url,
      'This worker of your own does not contain Bearer Worker.',
      `Make it a part: import { bearerWorkerPart } from "bearer-worker/worker" (${documentationOf('own-worker.md')}), or serve bearer-worker.sw.js and name that.`,
    )
  }
  const version = BANNER.exec(visited.text.slice(0, 2000))?.[1]
  if (version === undefined) {
    return void findings.problem(
      'script-unknown',
      url,
      `The ${what} does not begin with the version of Bearer Worker: it is another file, or a build step has taken its first comment out.`,
      'Serve the file from the package as it is.',
    )
  }
  return { visited, version }
}

/** Service workers run on https, and on loopback for development. */
export function checkSecure({ url }: Page, findings: Findings): void {
  const { protocol, hostname } = new URL(url)
  if (protocol !== 'https:' && !isLoopback(hostname)) {
    findings.problem(
      'insecure-origin',
      url,
      'The site is served by plain http: browsers run no service worker there, and tokens can be read on the way.',
      'Serve it by https.',
    )
  }
}
