import { documentationOf } from '../documentation.ts'
import type { Findings } from '../finding.ts'
import type { Page } from './page.ts'
import type { Rendered } from './render.ts'
import { isOwnWorker, type Places } from './scripts.ts'
import { isReached, type Visit } from './visit.ts'

/** More scripts than this on one page are not read. */
const MOST_SCRIPTS = 30

/** `navigator.serviceWorker.register('/sw.js', { scope: '/' })`, and Workbox's `new Workbox('/sw.js')`. */
const REGISTRATION =
  /(?:serviceWorker\s*\??\.\s*register|new\s+Workbox)\s*\(\s*(?:new\s+URL\s*\(\s*)?(['"`])([^'"`$]+)\1(?:[^;)]{0,200}?\bscope\s*:\s*(['"`])([^'"`$]+)\3)?/g

/** Workers of other libraries, by the file that each of them serves. */
const KNOWN = [
  { file: 'ngsw.json', mark: /"configVersion"/, name: "Angular's worker (ngsw)", runs: 'problem' },
  { file: 'mockServiceWorker.js', mark: /mock service worker|MOCK_ACTIVATE/i, name: 'the worker of MSW', runs: 'note' },
] as const

const CURE = `Make Bearer Worker a part of that worker: import { bearerWorkerPart } from "bearer-worker/worker" (${documentationOf('own-worker.md')}), and set data-worker to its URL. Where you do not write it, as with ngsw-worker.js, a script imports both: importScripts("bearer-worker.sw.js", "ngsw-worker.js").`

/** What the checks of other workers look at. */
export interface Registering {
  readonly page: Page
  readonly places: Places
  readonly visit: Visit
  readonly findings: Findings
  readonly rendered: Rendered | undefined
}

/** A scope has one worker, and the longest scope wins: does the page register another one, or serve one that registers itself? */
export async function checkOtherWorkers(registering: Registering): Promise<void> {
  const told = new Set<string>()
  for (const { where, worker, scope } of [...fromBrowser(registering), ...(await fromScripts(registering))]) {
    const { pathname } = new URL(worker)
    if (pathname === new URL(registering.places.worker).pathname || told.has(pathname)) continue
    const clash = scopesClash(scope, registering.places.scope, registering.page.url)
    if (!clash) continue
    told.add(pathname)
    registering.findings.problem(
      'other-worker',
      where,
      `Another service worker, ${pathname}, is registered for ${new URL(scope).pathname}. ${clash}`,
      CURE,
    )
  }
  if (!isOwnWorker(registering.places.worker)) await checkKnown(registering, told)
}

interface Registration {
  readonly where: string
  readonly worker: string
  readonly scope: string
}

function fromBrowser({ page, rendered }: Registering): Registration[] {
  return (rendered?.registrations ?? []).map(({ worker, scope }) => ({ where: page.url, worker, scope }))
}

async function fromScripts({ page, visit }: Registering): Promise<Registration[]> {
  const { origin } = new URL(page.url)
  const others = page.scripts.filter((script) => script !== page.ours)
  const texts = await Promise.all(
    others.slice(0, MOST_SCRIPTS).map(async ({ src, text }) => {
      if (src === undefined) return { where: `${page.url} (an inline script)`, text }
      if (new URL(src).origin !== origin) return undefined
      const visited = await visit(src)
      return isReached(visited) && visited.ok ? { where: src, text: visited.text } : undefined
    }),
  )
  return texts.flatMap((script) =>
    [...(script?.text.matchAll(REGISTRATION) ?? [])].flatMap(([, , url, , ofScope]) => {
      if (!URL.canParse(url!, page.base)) return []
      const worker = new URL(url!, page.base)
      const folder = ofScope === undefined ? worker : page.base
      if (!URL.canParse(ofScope ?? './', folder)) return []
      return [{ where: script!.where, worker: worker.href, scope: new URL(ofScope ?? './', folder).href }]
    }),
  )
}

/** A worker that registers itself only after a while, or in some builds: its file gives it away. */
async function checkKnown({ page, places, visit, findings }: Registering, told: ReadonlySet<string>): Promise<void> {
  for (const { file, mark, name, runs } of KNOWN) {
    const found = new Set([new URL(file, places.scope).href, new URL(`/${file}`, page.url).href])
    for (const url of found) {
      if (
        [...told].some((path) =>
          path.endsWith('/ngsw-worker.js') ? file === 'ngsw.json' : path === new URL(url).pathname,
        )
      )
        continue
      const visited = await visit(url)
      if (!isReached(visited) || !visited.ok || visited.type === 'text/html' || !mark.test(visited.text)) continue
      const message = `The site serves ${name}: a scope has one worker, so that pages cover themselves wherever it is registered, and images go without a token.`
      if (runs === 'problem') findings.problem('other-worker', url, message, CURE)
      else
        findings.note(
          'other-worker-served',
          url,
          message,
          `Leave the file out of what you deploy, or let the app not start it there (${documentationOf('recipes/msw.md')}).`,
        )
    }
  }
}

function scopesClash(other: string, ours: string, page: string): string | undefined {
  if (other === ours)
    return 'A scope has one worker: with this one, pages cover themselves, and images go without a token.'
  if (other.length > ours.length && page.startsWith(other))
    return 'Its scope is nearer to this page, so that it gets the requests.'
  return undefined
}
