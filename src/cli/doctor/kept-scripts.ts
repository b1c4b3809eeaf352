import type { Findings } from '../finding.ts'
import type { Visited } from './visit.ts'

/** A file that is kept longer than this outlives the next deployment. */
const LONGEST_SECONDS = 86_400

/** A name or a query that changes with the content may be kept for ever. */
const HAS_HASH = /[.-](?=[\da-f]*\d)[\da-f]{8,}\.|[?&](v|ver|version|h|hash|rev|t)=/i

/** A page script that a cache keeps for a year meets a newer worker for a year. */
export function checkLifetime(
  what: 'page script' | 'page part' | 'worker',
  { url, headers }: Visited,
  findings: Findings,
): void {
  const control = headers.get('cache-control') ?? ''
  const directives = control
    .toLowerCase()
    .split(',')
    .map((each) => each.trim())
  if (HAS_HASH.test(url) || directives.includes('no-cache') || directives.includes('no-store')) return
  const seconds = Math.max(0, ...directives.map((each) => Number(/^(?:s-)?max-?age="?(\d+)/.exec(each)?.[1] ?? 0)))
  const isImmutable = directives.includes('immutable')
  if (!isImmutable && seconds < LONGEST_SECONDS) return
  const kept = isImmutable ? 'as immutable' : `for ${lasting(seconds)}`
  const cure =
    'Let the server send Cache-Control: no-cache with the files of Bearer Worker: they are small, and asked for once a page.'
  // Browsers look past their cache for a worker's script (updateViaCache: "none"); proxies and CDNs do not.
  if (what === 'worker')
    findings.note(
      'script-kept',
      url,
      `The ${what} is kept ${kept} (Cache-Control: ${control}): a CDN may hand out the old one after an update.`,
      cure,
    )
  else
    findings.problem(
      'script-kept',
      url,
      `The ${what} is kept ${kept} (Cache-Control: ${control}): after an update browsers run the old one beside a newer worker.`,
      cure,
    )
}

function lasting(seconds: number): string {
  const days = Math.round(seconds / 86_400)
  return days === 1 ? 'a day' : `${days} days`
}
