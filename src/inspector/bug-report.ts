import type { Entry, Explanation, SessionView } from '../protocol.ts'
import { place } from './url-parts.ts'
import { milliseconds, servedBy, stateOf, statusOf, wordingOf } from './wording.ts'

export interface Facts {
  readonly version: string
  readonly userAgent: string
  /** Of the page. */
  readonly url: string
  readonly now: number
  /** What `ready` said, or the error that it rejected with. */
  readonly covered: string
  /** Which service worker controls the page. */
  readonly controller: string
  readonly sessions: readonly SessionView[]
  readonly entries: readonly Entry[]
  readonly explained?: { readonly url: string; readonly explanation: Explanation } | undefined
}

/** More are of no help in a report. */
const MOST_ENTRIES = 60

/** A report that can be pasted into an issue: no token, no claim, no query value. */
export function bugReport({
  version,
  userAgent,
  url,
  now,
  covered,
  controller,
  sessions,
  entries,
  explained,
}: Facts): string {
  const { origin } = new URL(url)
  const lines = [
    '### Bearer Worker, what happened',
    '',
    `- inspector ${version}, ${new Date(now).toISOString()}`,
    `- page ${withoutSecrets(url)}`,
    `- requests covered by: ${covered}`,
    `- ${controller}`,
    `- ${userAgent}`,
    '',
    '| session | state | token expires | retry | scope | type | claims |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...sessions.map((view) =>
      row(
        view.name,
        stateOf(view) + (view.refreshing ? ', refreshing' : ''),
        seconds(view.expiresAt, now),
        seconds(view.retryAt, now),
        view.scope,
        view.tokenType,
        Object.keys(view.claims ?? {}).join(' '),
      ),
    ),
    '',
    '| time | kind | session | method | URL | outcome | status | waited | took |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...entries
      .slice(-MOST_ENTRIES)
      .map((entry) =>
        row(
          new Date(entry.at).toISOString().slice(11, 23),
          entry.kind,
          entry.session,
          entry.method,
          shownUrl(entry.url, origin),
          outcomeOf(entry, entries),
          statusOf(entry).join(' → '),
          milliseconds(entry.waitedMs),
          milliseconds(entry.durationMs),
        ),
      ),
  ]
  if (explained)
    lines.push(
      '',
      `explain(${withoutSecrets(explained.url)}): ${explained.explanation.code}. ${explained.explanation.message}`,
    )
  return scrubbed(`${lines.join('\n')}\n`)
}

function outcomeOf(entry: Entry, entries: readonly Entry[]): string {
  const requests = entry.kind === 'refresh' ? servedBy(entry, entries) : 0
  return wordingOf(entry).stamp + (requests > 0 ? ` (for ${requests})` : '')
}

function shownUrl(url: string, origin: string): string {
  const { host, path } = place(withoutSecrets(url), origin)
  return host + path
}

/** A URL without credentials, fragment and the values of its query. */
export function withoutSecrets(url: string): string {
  if (!URL.canParse(url)) return '(no URL)'
  const { origin, pathname, searchParams } = new URL(url)
  const names = [...searchParams.keys()].map(encodeURIComponent)
  return origin + pathname + (names.length > 0 ? `?${names.join('&')}` : '')
}

/** What looks like a token after all, a path's segment for one, is taken out. */
function scrubbed(text: string): string {
  return text
    .replace(/\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g, '(token)')
    .replace(/\b(Bearer|DPoP)\s+[\w.~+/=-]{12,}/gi, '$1 (token)')
}

const row = (...cells: readonly (string | number | undefined)[]) =>
  `| ${cells.map((cell) => `${cell ?? ''}`.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')).join(' | ')} |`
const seconds = (at: number | undefined, now: number) =>
  at === undefined ? undefined : `${at >= now ? 'in' : 'since'} ${Math.round(Math.abs(at - now) / 1000)} s`
