import type { Findings } from '../finding.ts'
import type { Page } from './page.ts'
import type { Places } from './scripts.ts'
import { isReached, type Visit } from './visit.ts'

/** More scripts than this on one page are not read. */
const MOST_SCRIPTS = 30

/** `navigator.serviceWorker.register('/sw.js', { scope: '/' })`, and Workbox's `new Workbox('/sw.js')`. */
const REGISTRATION =
  /(?:serviceWorker\s*\??\.\s*register|new\s+Workbox)\s*\(\s*(?:new\s+URL\s*\(\s*)?(['"`])([^'"`$]+)\1(?:[^;)]{0,200}?\bscope\s*:\s*(['"`])([^'"`$]+)\3)?/g

/** A scope has one worker, and the longest scope wins: does a script of the page register another one? */
export async function checkOtherWorkers(
  page: Page,
  { worker, scope }: Places,
  visit: Visit,
  findings: Findings,
): Promise<void> {
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
  for (const script of texts) {
    for (const [, , url, , ofScope] of script?.text.matchAll(REGISTRATION) ?? []) {
      if (!URL.canParse(url!, page.base)) continue
      const other = new URL(url!, page.base)
      if (other.pathname === new URL(worker).pathname) continue
      const otherScope = new URL(ofScope ?? './', ofScope === undefined ? other : page.base).href
      const message = scopesClash(otherScope, scope, page.url)
      if (message) {
        findings.problem(
          'other-worker',
          script!.where,
          `Another service worker, ${other.pathname}, is registered for ${new URL(otherScope).pathname}. ${message}`,
          'Make Bearer Worker a part of that worker: import { bearerWorkerPart } from "bearer-worker/worker", and set data-worker to its URL.',
        )
      }
    }
  }
}

function scopesClash(other: string, ours: string, page: string): string | undefined {
  if (other === ours) return 'A scope has one worker: they replace each other at every visit.'
  if (other.length > ours.length && page.startsWith(other))
    return 'Its scope is nearer to this page, so that it gets the requests.'
  return undefined
}
