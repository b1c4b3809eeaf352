import type { ConfigurationIssue } from '../errors.ts'
import { readConfiguration, type Configuration, type SessionConfiguration } from '../policy/configuration.ts'
import { configurationInvalid } from '../io/configuration-file.ts'
import { isWhole, version } from '../version.ts'
import { Matcher } from './match.ts'
import { compile } from './pattern.ts'

/** A configuration that is in force: checked, and its patterns compiled. */
export interface InForce {
  readonly text: string
  readonly configuration: Configuration
  readonly matcher: Matcher
  /** The header of each session: a request that has it already is left alone. */
  readonly headers: ReadonlyMap<string, string>
}

/** What is kept of a configuration, so that a started worker need not check it again: that takes longer than the rest of its start. */
export interface Kept {
  /** Which build checked it. */
  readonly build: string
  readonly text: string
  readonly configuration: Configuration
}

const build = `${version}${isWhole ? '' : ' core'}`

export const keep = ({ text, configuration }: InForce): Kept => ({ build, text, configuration })

/** What an earlier start has kept; undefined when there is nothing. Throws what `enforce` throws. */
export function enforceKept(stored: unknown, url: string, base: string): InForce | undefined {
  const kept = Object(stored) as Partial<Kept>
  if (typeof kept.text !== 'string') return undefined
  return kept.build === build ? inForce(kept.text, kept.configuration!, base) : enforce(kept.text, url, base)
}

/** Refuses the configuration as a whole, with every mistake. */
export function enforce(text: string, url: string, base: string): InForce {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    throw configurationInvalid(url, [{ path: '', message: `This is not JSON: ${(error as Error).message}` }])
  }
  const read = readConfiguration(parsed)
  if (read.kind === 'bad') throw configurationInvalid(url, read.issues)
  const { configuration } = read
  const issues = configuration.sessions.flatMap((session) => misplaced(session, base))
  try {
    if (issues.length === 0) return inForce(text, configuration, base)
  } catch {
    issues.push(...refusedPatterns(configuration, base))
  }
  throw configurationInvalid(url, issues)
}

function inForce(text: string, configuration: Configuration, base: string): InForce {
  const { sessions } = configuration
  return {
    text,
    configuration,
    matcher: new Matcher(sessions, base),
    headers: new Map(sessions.map((each) => [each.name, each.header])),
  }
}

/** What only shows where the worker runs: its own origin, and what it is able to. */
function misplaced({ name, authorizationServer }: SessionConfiguration, base: string): ConfigurationIssue[] {
  const path = `sessions.${name}.authorizationServer`
  if (!authorizationServer) return []
  if (!isWhole)
    return [
      { path, message: 'This build cannot sign in. Serve bearer-worker.sw.js instead of bearer-worker.core.sw.js.' },
    ]
  const { origin } = new URL(authorizationServer.redirectUri, base)
  return origin === base
    ? []
    : [
        {
          path: `${path}.redirectUri`,
          message: `The worker answers for its own origin only: name a URL of ${base}, not of ${origin}.`,
        },
      ]
}

function refusedPatterns({ sessions }: Configuration, base: string): ConfigurationIssue[] {
  return sessions.flatMap((session) =>
    (['resources', 'except', 'capture'] as const).flatMap((field) =>
      session[field].flatMap((each, index) => {
        const pattern = typeof each === 'string' ? each : each.url
        try {
          compile(pattern, base)
          return []
        } catch {
          return [
            {
              path: `sessions.${session.name}.${field}[${index}]`,
              message: `URLPattern refuses "${pattern}". Write a path such as "/api/*", or an origin and a path.`,
            },
          ]
        }
      }),
    ),
  )
}
