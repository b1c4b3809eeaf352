import { documentationOf } from '../documentation.ts'
import { parseArgs } from 'node:util'
import type { KnownServer } from '../../servers/known-server.ts'
import { flagOf } from '../../servers/written.ts'
import { UsageError } from '../exit.ts'
import { nearest } from '../nearest.ts'
import { findServer } from './find-server.ts'

export interface InitFlags {
  readonly force: boolean
  readonly update: boolean
  readonly list: boolean
  /** The folder of a vault. */
  readonly vault?: string
  /** The server of `--for`. */
  readonly server?: KnownServer
  /** What flags say, by the name of the server's input. */
  readonly given: Readonly<Record<string, string>>
}

const SWITCHES = ['--force', '--update', '--list', '--help', '--version']

/**
 * Reads the words of the line. A value is the text that was written: `--project 0012` is no number.
 * @param words after `bearer-worker`
 */
export function readInitFlags(words: readonly string[]): InitFlags {
  const { tokens } = parseArgs({
    args: [...words],
    strict: false,
    tokens: true,
    options: { for: { type: 'string' }, vault: { type: 'string' } },
  })
  const name = tokens.findLast((token) => token.kind === 'option' && token.name === 'for')
  const server = name?.kind === 'option' ? findServer(givenBy(name)) : undefined
  const inputs = new Map(Object.keys(server?.inputs ?? {}).map((input) => [flagOf(input), input]))
  const strings = Object.fromEntries(
    ['--for', '--vault', ...inputs.keys()].map((flag) => [flag.slice(2), { type: 'string' as const }]),
  )
  const read = parseArgs({ args: [...words], strict: false, tokens: true, options: strings }).tokens
  const given: Record<string, string> = {}
  const on = new Set<string>()
  let vault: string | undefined
  for (const token of read) {
    if (token.kind !== 'option') continue
    const input = inputs.get(token.rawName)
    if (input !== undefined) given[input] = givenBy(token)
    else if (SWITCHES.includes(token.rawName)) on.add(token.rawName)
    else if (token.rawName === '--vault') vault = givenBy(token)
    else if (token.rawName !== '--for') throw unknownFlag(token.rawName, [...inputs.keys()], server)
  }
  const flags = { force: on.has('--force'), update: on.has('--update'), list: on.has('--list') }
  if (server && flags.update)
    throw new UsageError(
      '--update keeps the configuration that is there, and --for writes another: take --force for both, or leave --for out.',
    )
  if (vault !== undefined && server)
    throw new UsageError(
      `--for writes a configuration without a vault, and --vault one with it: call init with --vault, and write what ${documentationOf('vault.md')} shows for your server.`,
    )
  return { ...flags, ...(server && { server }), ...(vault !== undefined && { vault }), given }
}

interface OptionToken {
  readonly rawName: string
  readonly value?: string | undefined
  readonly inlineValue?: boolean | undefined
}

function givenBy({ rawName, value, inlineValue }: OptionToken): string {
  if (value !== undefined && (inlineValue || !value.startsWith('-'))) return value
  throw new UsageError(
    `${rawName} needs a value${rawName === '--for' ? ', as in --for keycloak' : ''}. One that begins with a dash is written ${rawName}=-….`,
  )
}

function unknownFlag(flag: string, inputs: readonly string[], server: KnownServer | undefined): UsageError {
  const meant = nearest(flag, [...inputs, ...SWITCHES, '--for', '--vault'])
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`
  if (server)
    return new UsageError(`${server.name} has no flag ${flag}.${hint} It takes ${inputs.join(', ') || 'no flag'}.`)
  return new UsageError(`There is no flag ${flag}.${hint} The flags of a server need --for <server>.`)
}
