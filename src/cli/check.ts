import 'urlpattern-polyfill'
import schema from 'virtual:configuration-schema/described'
import { enforce, type ReadFile } from '../engine/configuration-in-force.ts'
import type { ConfigurationIssue } from '../errors.ts'
import type { Configuration } from '../policy/configuration.ts'
import type { Mistake, PlacedIssue } from './check/mistake.ts'
import { withExample } from './check/missing.ts'
import { notesOn } from './check/notes.ts'
import { notesOnCalls } from './check/notes-on-calls.ts'
import { notesOnFields } from './check/notes-on-fields.ts'
import { lineReader, positionsIn } from './check/positions.ts'
import { readSource, type Source } from './check/source.ts'
import { isSameSite } from './check/same-site.ts'
import { untangle } from './check/untangle.ts'
import { readVaultConfiguration } from '../policy/vault-configuration.ts'

/** What is legal and probably wrong stands in `notes`; it fails nothing. */
export type Checked =
  | { readonly kind: 'good'; readonly configuration: Configuration; readonly notes: readonly PlacedIssue[] }
  | {
      readonly kind: 'bad'
      readonly issues: readonly PlacedIssue[]
      readonly notes: readonly PlacedIssue[]
      /** Whether the worker takes the file all the same: what is wrong, it does not know. */
      readonly accepted: boolean
    }

export interface CheckOptions {
  /** The site's, where it is known. */
  readonly origin?: string
}

/** Checks a configuration with the worker's own code, and lists each mistake once: where it is, and how to correct it. */
export function check(input: string | Uint8Array, name: string, { origin }: CheckOptions = {}): Checked {
  const source = readSource(input)
  const base = origin ?? originIn(source.text)
  const { mistakes, notes, configuration } = judge(source, name, base)
  const locate = locator(source)
  const placed = notes.map(locate).toSorted(inOrder)
  const issues = [...source.mistakes, ...mistakes].map(locate).toSorted(inOrder)
  if (issues.length === 0 && configuration) return { kind: 'good', configuration, notes: placed }
  return {
    kind: 'bad',
    issues,
    notes: placed,
    accepted: [...source.mistakes, ...mistakes].every((each) => each.accepted),
  }
}

interface Judged {
  readonly mistakes: readonly Mistake[]
  readonly notes: readonly Mistake[]
  readonly configuration?: Configuration
}

function judge({ parsed }: Source, name: string, base: string): Judged {
  if (!parsed) return { mistakes: [], notes: [] }
  if (isVaultFile(parsed.value, name)) return judgeVault(parsed.value, name, base)
  const { value, mistakes, originOf, isTold } = untangle(parsed.value, schema(), base)
  const read = enforced(value, name, base)
  const twice = positionsIn(parsed.root).twice.map(({ path, offset }) => ({
    path,
    offset,
    message: 'This key stands here twice: only the last one counts.',
  }))
  if (read.kind === 'bad') {
    const others = read.issues
      .filter(({ path }) => !isTold(path))
      .map(({ path, message }) => ({ path: originOf(path), message: withExample(path, message) }))
    return { mistakes: [...mistakes, ...others], notes: twice }
  }
  const wrong = new Set(mistakes.map(({ path }) => path))
  const notes = [
    ...notesOn(read.configuration, base, mistakes.length === 0),
    ...notesOnFields(value),
    ...notesOnCalls(value),
  ]
    .filter(({ path }) => !isTold(path))
    .map(({ path, message }) => ({ path: originOf(path), message }))
    .filter(({ path }) => !wrong.has(path))
  return { mistakes, notes: [...twice, ...notes], configuration: read.configuration }
}

/** The file of a vault says so by its name, or by what only such a file has. */
const isVaultFile = (value: unknown, name: string): boolean =>
  /\.vault\.json([?#]|$)/.test(name) || Object.hasOwn(Object(value) as object, 'apps')

function judgeVault(value: unknown, name: string, base: string): Judged {
  const read = enforced(value, name, base, readVaultConfiguration)
  if (read.kind === 'bad') return { mistakes: read.issues, notes: [] }
  const [first = '', ...others] = read.configuration.apps ?? []
  const mistakes = others.flatMap((app, index) => {
    const message = `This app is of another site than ${first}: browsers would give it a store of the vault of its own. List apps of one site, as https://app.example.com and https://admin.example.com.`
    return isSameSite(app, first) ? [] : [{ path: `apps[${index + 1}]`, message, accepted: true as const }]
  })
  return { mistakes, notes: [], configuration: read.configuration }
}

type Enforced =
  | { readonly kind: 'good'; readonly configuration: Configuration }
  | { readonly kind: 'bad'; readonly issues: readonly ConfigurationIssue[] }

function enforced(value: unknown, name: string, base: string, read?: ReadFile): Enforced {
  try {
    return { kind: 'good', configuration: enforce(JSON.stringify(value), name, base, read).configuration }
  } catch (error) {
    const { issues } = error as { readonly issues?: readonly ConfigurationIssue[] }
    if (!issues) throw error
    return { kind: 'bad', issues }
  }
}

function locator({ text, parsed }: Source): (mistake: Mistake) => PlacedIssue {
  const position = lineReader(text)
  const positions = parsed && positionsIn(parsed.root)
  return ({ path, message, offset = positions?.of(path) }) => ({
    path,
    message,
    ...(offset !== undefined && position(Math.max(0, offset))),
  })
}

const inOrder = (a: PlacedIssue, b: PlacedIssue) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)

/** A file names its site only where users come back to after sign-in; otherwise any will do. */
function originIn(text: string): string {
  const [, origin = 'https://site.example'] = /"redirectUri"\s*:\s*"(https?:\/\/[^/"\s]{1,300})/i.exec(text) ?? []
  return URL.canParse(origin) ? new URL(origin).origin : 'https://site.example'
}
