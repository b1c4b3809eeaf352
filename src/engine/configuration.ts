import type { ConfigurationIssue } from '../errors.ts'
import { readConfiguration, type Configuration, type SessionConfiguration } from '../policy/configuration.ts'
import { forUrlPattern } from '../policy/patterns.ts'
import { configurationInvalid } from '../io/configuration-file.ts'
import { isWhole } from '../version.ts'
import { Matcher } from './match.ts'

/** A configuration that is in force: checked, and its patterns compiled. */
export interface InForce {
  readonly text: string
  readonly configuration: Configuration
  readonly matcher: Matcher
  /** The header of each session: a request that has it already is left alone. */
  readonly headers: ReadonlyMap<string, string>
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
    const headers = new Map(configuration.sessions.map(({ name, header }) => [name, header]))
    const matcher = new Matcher(configuration.sessions, base)
    if (issues.length === 0) return { text, configuration, matcher, headers }
  } catch {
    issues.push(...refusedPatterns(configuration, base))
  }
  throw configurationInvalid(url, issues)
}

/** What only shows where the worker runs: its own origin, and what it is able to. */
function misplaced({ name, authorizationServer }: SessionConfiguration, base: string): ConfigurationIssue[] {
  const path = `sessions.${name}.authorizationServer`
  if (!authorizationServer) return []
  if (!isWhole) return [{ path, message: 'This build cannot sign in. Serve bearer-worker.sw.js instead of bearer-worker.core.sw.js.' }]
  const { origin } = new URL(authorizationServer.redirectUri, base)
  return origin === base ? [] : [{ path: `${path}.redirectUri`, message: `The worker answers for its own origin only: name a URL of ${base}, not of ${origin}.` }]
}

function refusedPatterns({ sessions }: Configuration, base: string): ConfigurationIssue[] {
  return sessions.flatMap((session) =>
    (['resources', 'except', 'capture'] as const).flatMap((field) =>
      session[field].flatMap((pattern, index) => {
        try {
          new URLPattern(forUrlPattern(pattern), base)
          return []
        } catch {
          return [{ path: `sessions.${session.name}.${field}[${index}]`, message: `URLPattern refuses "${pattern}". Write a path such as "/api/*", or an origin and a path.` }]
        }
      }),
    ),
  )
}
