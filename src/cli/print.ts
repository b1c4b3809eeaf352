import type { PlacedIssue } from './check/mistake.ts'
import type { Finding } from './finding.ts'
import { bold, dim, hanging, joined, red, type Styled, text, yellow } from './styled.ts'

/** More mistakes than this are counted, not listed. */
const MOST_LISTED = 100

/** Findings for people: what, where, cure. */
export function findingsAsText(findings: readonly Finding[], columns?: number): Styled {
  return joined(
    findings.map(({ severity, message, where, cure }) => {
      const mark = severity === 'problem' ? red('✘') : yellow('•')
      const row = (name: string, value: string) => text`    ${dim(name.padEnd(5))}  ${hanging(value, 11, columns)}\n`
      return text`${mark} ${hanging(bold(message), 2, columns)}\n${row('where', where)}${row('cure', cure)}`
    }),
    '\n',
  )
}

/** Mistakes and notes of a file: the place as editors and terminals link it, the path, the sentence. */
export function issuesAsText(issues: readonly PlacedIssue[], file: string, mark: Styled, columns?: number): Styled {
  const lines = issues.slice(0, MOST_LISTED).map(({ path, message, line, column }) => {
    const place = line === undefined ? text`${file}` : text`${file}:${line}:${column ?? 1}`
    return text`${mark} ${bold(path || '(file)')}  ${dim(place)}\n    ${hanging(message, 4, columns)}`
  })
  const left = issues.length - lines.length
  return joined([...lines, ...(left > 0 ? [text`  … and ${left} more`] : [])], '\n')
}

/** `2 problems, 1 note`. */
export function countOf(findings: readonly Finding[]): string {
  const problems = findings.filter(({ severity }) => severity === 'problem').length
  const notes = findings.length - problems
  return [plural(problems, 'problem'), ...(notes ? [plural(notes, 'note')] : [])].join(', ')
}

export const plural = (count: number, word: string): string =>
  `${count === 0 ? 'no' : count} ${word}${count === 1 ? '' : 's'}`
