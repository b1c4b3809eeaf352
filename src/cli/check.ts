import 'urlpattern-polyfill'
import { enforce } from '../engine/configuration-in-force.ts'
import type { ConfigurationIssue } from '../errors.ts'
import type { Configuration } from '../policy/configuration.ts'

export type Checked =
  | { readonly kind: 'good'; readonly configuration: Configuration }
  | { readonly kind: 'bad'; readonly issues: readonly ConfigurationIssue[] }

export interface CheckOptions {
  /** The site's, where it is known. */
  readonly origin?: string
  /** For `bearer-worker.core.sw.js`. */
  readonly core?: boolean
}

/** Judges the text of a configuration with the worker's own code. */
export function check(
  text: string,
  name: string,
  { origin = originIn(text), core = false }: CheckOptions = {},
): Checked {
  try {
    const { configuration } = enforce(text, name, origin)
    const issues = core
      ? configuration.sessions.flatMap((session) => (session.authorizationServer ? [beyondCore(session)] : []))
      : []
    return issues.length > 0 ? { kind: 'bad', issues } : { kind: 'good', configuration }
  } catch (error) {
    const { issues } = error as { readonly issues?: readonly ConfigurationIssue[] }
    if (!issues) throw error
    return { kind: 'bad', issues }
  }
}

const beyondCore = ({ name }: { readonly name: string }): ConfigurationIssue => ({
  path: `sessions.${name}.authorizationServer`,
  message: 'bearer-worker.core.sw.js cannot sign in. Leave the option "core" out, or describe "refresh" by hand.',
})

/** A file names its site only where users come back to after sign-in; otherwise any will do. */
function originIn(text: string): string {
  const [, origin = 'https://site.example'] = /"redirectUri"\s*:\s*"(https?:\/\/[^/"\s]+)/i.exec(text) ?? []
  return URL.canParse(origin) ? new URL(origin).origin : 'https://site.example'
}
