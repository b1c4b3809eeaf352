import { exampleInputs, type KnownServer, type ServerInput } from '../../servers/known-server.ts'
import { configurationText, flagOf } from '../../servers/written.ts'
import { check } from '../check.ts'
import { UsageError } from '../exit.ts'

/** Asks a person for a value; `wrong` says what was wrong with the last one. */
export type Ask = (name: string, input: ServerInput, wrong?: string) => Promise<string>

interface Configuring {
  readonly server: KnownServer
  /** What flags say, by the name of the input. */
  readonly given: Readonly<Record<string, string>>
  /** Left out where no terminal is: then defaults are taken, and what has none must be given. */
  readonly ask?: Ask | undefined
}

/** The text of the configuration for a known server. What it contains, the worker takes: a wrong value is told with its flag. */
export async function configure({ server, given, ask }: Configuring): Promise<string> {
  const values: Record<string, string> = {}
  for (const [name, value] of Object.entries(given)) {
    const wrong = mistakeIn(server, name, value)
    if (wrong !== undefined) throw new UsageError(`${flagOf(name)} ${wrong}`)
    values[name] = written(value)
  }
  if (!ask) requireAll(server, given)
  for (const [name, input] of Object.entries(server.inputs)) {
    if (name in values) continue
    values[name] = ask ? await answered(ask, { server, name, input }) : (input.default ?? '')
  }
  const text = `${configurationText(server.configuration(values))}\n`
  const checked = check(text, 'bearer-worker.json')
  if (checked.kind === 'good') return text
  const [issue] = checked.issues
  throw new UsageError(`These values do not go together: ${issue?.message ?? ''}`)
}

async function answered(
  ask: Ask,
  { server, name, input }: { readonly server: KnownServer; readonly name: string; readonly input: ServerInput },
): Promise<string> {
  let wrong: string | undefined
  for (;;) {
    const value = written(await ask(name, input, wrong)) || (input.default ?? '')
    wrong = mistakeIn(server, name, value)
    if (wrong === undefined) return value
  }
}

/** Where an issuer is asked for, people paste the URL of its metadata (RFC 8414 section 3): the issuer is what stands before. */
const written = (value: string): string =>
  value.trim().replace(/\/\.well-known\/(?:openid-configuration|oauth-authorization-server)\/*$/, '')

/** What is wrong with one value, all others being right. */
function mistakeIn(server: KnownServer, name: string, value: string): string | undefined {
  const { default: usual, example, refuses } = server.inputs[name] as ServerInput
  const trimmed = value.trim()
  if (trimmed === '' && usual !== '') return `must not be empty. An example: ${example}`
  const refused = refuses?.find(({ value }) => value.test(trimmed))
  if (refused) return refused.cure
  if (/\p{Cc}/u.test(trimmed)) return 'has a line break or another control character in it: take it out.'
  if (/^https?:/i.test(example) && trimmed !== usual && !isAddress(trimmed, usual))
    return `is no address: write it with https://, as in ${example}${isOfSite(usual) ? `, or as a path of the site, as in ${usual}` : ''}`
  const checked = check(
    JSON.stringify(server.configuration({ ...exampleInputs(server), [name]: trimmed })),
    'bearer-worker.json',
  )
  return checked.kind === 'good' ? undefined : `is wrong: ${checked.issues[0]?.message ?? ''} An example: ${example}`
}

/** A URL, or a path of the site where the default is one as well. */
const isAddress = (value: string, usual: string | undefined): boolean =>
  /^https?:\/\/[^/]/i.test(value) || (isOfSite(usual) && value.startsWith('/'))

const isOfSite = (usual: string | undefined): boolean => usual?.startsWith('/') === true

function requireAll({ name, inputs }: KnownServer, given: Readonly<Record<string, string>>): void {
  const missing = Object.entries(inputs).filter(
    ([input, { default: usual }]) => usual === undefined && !(input in given),
  )
  if (missing.length === 0) return
  const listed = missing.map(([input, { description, example }]) => `${flagOf(input)} (${description} ${example})`)
  throw new UsageError(
    `${name} needs ${listed.join(' and ')}. On a terminal, init asks for what is missing: npx bearer-worker init <folder> --for ${name}`,
  )
}
