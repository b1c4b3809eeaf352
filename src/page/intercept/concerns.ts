import { forUrlPattern, namesUser } from '../../policy/patterns.ts'
import type { Patterns } from '../../protocol.ts'

/** The session that a URL concerns, if any. The worker decides; the page only has to know what to hold. */
export type Concerns = (url: string) => string | undefined

export function concernsOf(patterns: readonly Patterns[]): Concerns {
  const compiled = patterns.map(({ session, resources, except }) => ({
    session,
    resources: compile(resources),
    except: compile(except),
  }))
  return (url) =>
    namesUser(url)
      ? undefined
      : compiled.find(
          ({ resources, except }) => resources.some((each) => each.test(url)) && !except.some((each) => each.test(url)),
        )?.session
}

/** Reads the configuration before the worker can be asked. The worker checks it; a wrong one concerns nothing. */
export async function readConcerns(config: URL, fetch: typeof globalThis.fetch): Promise<Concerns> {
  try {
    const { sessions } = (await (await fetch(config.href)).json()) as {
      sessions: Record<string, { resources: string[]; except?: string[]; capture?: string[] }>
    }
    return concernsOf(
      Object.entries(sessions).map(([session, { resources, except = [], capture = [] }]) => ({
        session,
        resources: [...resources, ...capture],
        except,
      })),
    )
  } catch {
    return () => undefined
  }
}

const compile = (patterns: readonly string[]): URLPattern[] =>
  patterns.map((pattern) => new URLPattern(forUrlPattern(pattern), location.origin))
