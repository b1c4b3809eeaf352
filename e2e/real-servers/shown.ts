import type { TestInfo } from '@playwright/test'
import { test } from '../fixtures.ts'
import { type Package, versionOf } from './program.ts'

interface Run {
  readonly title: string
  readonly package: Package
  readonly note?: string | undefined
}

/**
 * Notes for the table of the docs what runs here, and returns how to note what was shown. A server whose package is not
 * installed is skipped: its row of the last run stays.
 */
export function annotating({ annotations }: TestInfo, { title, package: of, note }: Run): (step: string) => void {
  const [kind, name = ''] = Object.entries(of)[0] ?? []
  const version = versionOf(of)
  const annotate = (type: string, description: string) => annotations.push({ type, description })
  annotate('server', title)
  if (note !== undefined) annotate('note', note)
  test.skip(version === undefined, `${name} is not installed${kind === 'debian' ? `: apt-get install ${name}` : ''}`)
  annotate('package', `${name} ${version}`)
  return (step) => annotate('shown', step)
}
