/** What the tests of broken sites have in common. */
import { expect, test } from 'vitest'
import { codes, healthy, visit } from './doctor-sites.ts'
import type { Report } from './doctor.ts'

/** A row: how the site is broken, what is found, and words of the message, the cure or the place. */
export type Row = readonly [
  broken: string,
  answers: () => Parameters<typeof healthy>[0],
  code: string,
  words: RegExp,
  path?: string,
]

/** One test for each row: the problem is found, it is the only one, and it has a cure. */
export function namesTheCause(rows: readonly Row[]): void {
  for (const [broken, answers, code, words, path] of rows)
    test(broken, async () => {
      healthy(answers())
      const report = await visit(path)
      expect([...new Set(codes(report))]).toContain(code)
      if (code !== 'script-missing') expect(codes(report)).toEqual([code])
      expect(report.ok).toBe(false)
      const [{ message, cure, where }] = report.findings as [Report['findings'][number]]
      expect(`${message} ${cure} ${where}`).toMatch(words)
      expect(cure).not.toBe('')
    })
}
