import { version } from '../version.ts'
import { check, type Checked } from './check.ts'
import { EXIT, type Exit } from './exit.ts'
import { issuesAsText, plural } from './print.ts'
import { printableJson } from './printable.ts'
import { readConfigurationBytes } from './read-file.ts'
import { green, joined, red, say, Styled, text, yellow } from './styled.ts'

/** `bearer-worker check <configuration>`. */
export async function runCheck(file: string, { json = false }: { readonly json?: boolean }): Promise<Exit> {
  const checked = check(await readConfigurationBytes(file), file)
  if (json) {
    const issues = checked.kind === 'bad' ? checked.issues : []
    say(Styled.make(printableJson({ version, file, ok: checked.kind === 'good', issues, notes: checked.notes })))
  } else print(checked, file)
  return checked.kind === 'good' ? EXIT.ok : EXIT.findings
}

function print(checked: Checked, file: string): void {
  const notes = checked.notes.length > 0 ? [issuesAsText(checked.notes, file, yellow('•'))] : []
  if (checked.kind === 'bad') {
    say(joined([issuesAsText(checked.issues, file, red('✘')), ...notes], '\n'))
    const counted = [plural(checked.issues.length, 'mistake'), ...noted(checked)].join(', ')
    say(
      text`\n${file}: ${counted}. ${checked.accepted ? 'The worker does not see this, so that nothing else will tell you.' : 'The worker would refuse it as a whole.'}`,
    )
    return
  }
  if (notes.length > 0) say(text`${joined(notes, '\n')}\n`)
  const sessions = checked.configuration.sessions.map(
    ({ name, resources }) => text`session "${name}" for ${joined(resources.map(patternIn), ', ')}`,
  )
  say(
    text`${green('✔')} ${file} is right: ${joined(sessions, '; ')}.${noted(checked)
      .map((count) => ` Look at the ${count}.`)
      .join('')}`,
  )
}

const noted = ({ notes }: Checked) => (notes.length > 0 ? [plural(notes.length, 'note')] : [])

/** A pattern, or an object that has one as its "url". */
const patternIn = (item: unknown) => (typeof item === 'string' ? item : `${(item as { readonly url?: unknown }).url}`)
