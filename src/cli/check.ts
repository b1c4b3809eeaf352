import 'urlpattern-polyfill'
import { enforce } from '../engine/configuration.ts'
import type { ConfigurationIssue } from '../errors.ts'
import type { Configuration } from '../policy/configuration.ts'

export type Checked = { readonly kind: 'good'; readonly configuration: Configuration } | { readonly kind: 'bad'; readonly issues: readonly ConfigurationIssue[] }

/** Judges the text of a configuration with the worker's own code. `origin` is the site's, where it is known. */
export function check(text: string, name: string, origin = originIn(text)): Checked {
  try {
    return { kind: 'good', configuration: enforce(text, name, origin).configuration }
  } catch (error) {
    const { issues } = error as { readonly issues?: readonly ConfigurationIssue[] }
    if (!issues) throw error
    return { kind: 'bad', issues }
  }
}

/** A file names its site only where users come back to after sign-in; otherwise any will do. */
function originIn(text: string): string {
  const [, origin = 'https://site.example'] = /"redirectUri"\s*:\s*"(https?:\/\/[^/"\s]+)/i.exec(text) ?? []
  return URL.canParse(origin) ? new URL(origin).origin : 'https://site.example'
}
