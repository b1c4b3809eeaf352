import type { ConfigurationIssue } from '../errors.ts'
import {
  type Configuration,
  type ReadConfiguration,
  readConfiguration,
  type SessionConfiguration,
} from '../policy/configuration.ts'
import { configurationInvalid } from '../io/configuration-file.ts'
import type { MatchRules } from '../protocol.ts'
import { version } from '../version.ts'
import { compile } from './compiled-pattern.ts'
import { Matcher } from './matcher.ts'
import { sessionRules } from './session-rules.ts'

/** A configuration that is in force: checked, and its patterns compiled. */
export interface InForce {
  readonly text: string
  readonly configuration: Configuration
  readonly rules: readonly MatchRules[]
  readonly matcher: Matcher
}

/** What is stored of a configuration, so that a starting worker need not check it again: that takes longer than the rest of its start. */
export interface StoredConfiguration {
  /** Version of the build that checked it. */
  readonly build: string
  readonly text: string
  readonly configuration: Configuration
}

export const toStored = ({ text, configuration }: InForce): StoredConfiguration => ({
  build: version,
  text,
  configuration,
})

/** Checks the content of a file: an app's by default, or a vault's. */
export type ReadFile = (parsed: unknown) => ReadConfiguration

/** What an earlier start has stored; undefined when there is nothing. Throws what `enforce` throws. */
export function enforceStored(
  stored: unknown,
  url: string,
  base: string,
  read: ReadFile = readConfiguration,
): InForce | undefined {
  const { text, build, configuration } = Object(stored) as Partial<StoredConfiguration>
  if (typeof text !== 'string') return undefined
  return build === version && configuration ? inForce(text, configuration, base) : enforce(text, url, base, read)
}

/** Puts a configuration in force. Throws `configuration-invalid` with every mistake in it. */
export function enforce(text: string, url: string, base: string, check: ReadFile = readConfiguration): InForce {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    throw configurationInvalid(url, [{ path: '', message: `This is not JSON: ${(error as Error).message}` }])
  }
  const read = check(parsed)
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
  const rules = configuration.sessions.map(sessionRules)
  return { text, configuration, rules, matcher: new Matcher(rules, base) }
}

/** What only shows where the worker runs: its own origin. */
function misplaced({ name, authorizationServer, vault }: SessionConfiguration, base: string): ConfigurationIssue[] {
  if (vault !== undefined && new URL(vault, base).origin === base) {
    const path = `sessions.${name}.vault`
    return [{ path, message: `Name another origin of the same site: on ${base} itself a vault protects nothing.` }]
  }
  if (!authorizationServer) return []
  const { origin } = new URL(authorizationServer.redirectUri, base)
  if (origin === base) return []
  const path = `sessions.${name}.authorizationServer.redirectUri`
  return [{ path, message: `The worker answers for its own origin only: name a URL of ${base}, not of ${origin}.` }]
}

function refusedPatterns({ sessions }: Configuration, base: string): ConfigurationIssue[] {
  return sessions.flatMap((session) =>
    (['resources', 'except', 'capture'] as const).flatMap((field) =>
      session[field].flatMap((each, index) => {
        const pattern = typeof each === 'string' ? each : each.url
        if (isCompilable(pattern, base)) return []
        const path = `sessions.${session.name}.${field}[${index}]`
        return [
          { path, message: `URLPattern refuses "${pattern}". Write a path such as "/api/*", or an origin and a path.` },
        ]
      }),
    ),
  )
}

function isCompilable(pattern: string, base: string): boolean {
  try {
    compile(pattern, base)
    return true
  } catch {
    return false
  }
}
