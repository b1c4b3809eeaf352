import pc from 'picocolors'
import type { Finding } from './finding.ts'

/** Findings for people: what, where, cure. picocolors leaves the colours out where there is no terminal, and with NO_COLOR. */
export function findingsAsText(findings: readonly Finding[], colours = pc): string {
  return findings
    .map(({ severity, message, where, cure }) => {
      const mark = severity === 'problem' ? colours.red('✘') : colours.yellow('•')
      return `${mark} ${colours.bold(message)}\n    ${colours.dim('where')}  ${where}\n    ${colours.dim('cure')}   ${cure}\n`
    })
    .join('\n')
}

/** `2 problems, 1 note`. */
export function countOf(findings: readonly Finding[]): string {
  const problems = findings.filter(({ severity }) => severity === 'problem').length
  const notes = findings.length - problems
  return [plural(problems, 'problem'), ...(notes ? [plural(notes, 'note')] : [])].join(', ')
}

const plural = (count: number, word: string) => `${count === 0 ? 'no' : count} ${word}${count === 1 ? '' : 's'}`
