import { compile } from '../../engine/compiled-pattern.ts'
import type { SessionConfiguration } from '../../policy/configuration.ts'
import type { Note } from './note.ts'
import { quoted } from './quoted.ts'

/** Patterns that are legal, and probably not what was meant. */
export const NOTES_ON_PATTERNS: readonly Note[] = [
  exactPaths,
  parametersOfRouters,
  globs,
  regularExpressions,
  fragments,
  everything,
  idleExceptions,
  everythingCaptured,
]

/** A pattern, or an object that has one as its "url". */
const patternIn = (item: unknown): string =>
  typeof item === 'string' ? item : `${(item as { readonly url?: unknown }).url ?? ''}`

export const patternsOf = (session: SessionConfiguration) =>
  (['resources', 'except', 'capture'] as const).flatMap((field) =>
    session[field].map((item, index) => ({ field, key: `${field}[${index}]`, pattern: patternIn(item) })),
  )

/** Single addresses that serve many things: the whole of GraphQL, JSON-RPC, a query. */
const ONE_ADDRESS = /(graphql|gql|rpc|query|batch)\/?$|\.\w+$/i

function exactPaths(session: SessionConfiguration): [string, string][] {
  return patternsOf(session)
    .filter(
      ({ field, pattern }) =>
        field === 'resources' && !/[*:{(?#]/.test(pattern.replace(/^https?:\/\/(\*\.)?[^/]*/i, '')),
    )
    .filter(({ pattern }) => /^https?:\/\/[^/]+\/.|^\/./i.test(pattern) && !ONE_ADDRESS.test(pattern))
    .filter(({ pattern }) => asUrlPattern(pattern) === pattern)
    .map(({ key, pattern }) => [
      key,
      `${quoted(pattern)} is this one address, and nothing below it: write ${quoted(`${pattern.replace(/\/$/, '')}/*`)}, if that is meant.`,
    ])
}

function globs(session: SessionConfiguration): [string, string][] {
  return patternsOf(session)
    .filter(({ pattern }) => pattern.includes('**'))
    .map(({ key, pattern }) => [
      key,
      `${quoted(pattern)} has "**": one "*" goes across slashes already. Write ${quoted(pattern.replaceAll(/\*\*+(\/\*)?/g, '*'))}.`,
    ])
}

function regularExpressions(session: SessionConfiguration): [string, string][] {
  return patternsOf(session)
    .filter(({ pattern }) => /\.\*|\.\+/.test(pattern.replace(/^https?:\/\/[^/]*/i, '')))
    .map(({ key, pattern }) => [
      key,
      `${quoted(pattern)} looks like a regular expression: in a URLPattern the dot is a dot. Write ${quoted(pattern.replaceAll(/\.[*+]/g, '*'))}.`,
    ])
}

function fragments(session: SessionConfiguration): [string, string][] {
  return patternsOf(session)
    .filter(({ pattern }) => pattern.includes('#'))
    .map(({ key, pattern }) => [
      key,
      `${quoted(pattern)} has a fragment, which is no part of a request: take out what begins with "#".`,
    ])
}

function everything(session: SessionConfiguration): [string, string][] {
  return patternsOf(session)
    .filter(({ field, pattern }) => field === 'resources' && pattern === '/*')
    .map(({ key }) => [
      key,
      '"/*" is every file of your site, scripts and pictures too: name the paths of your API, if it has its own.',
    ])
}

/** How routers write a part of a path: `<id>`, `<int:id>`, `{id}`, `[id]`, `[...rest]`, `$id`, `%s`. */
const ROUTER_PARAMETER = /<(?:(\w+):)?(\w+)>|(?<=\/)(?:\{(\w+)\}|\[(\.\.\.)?(\w+)\]|\$(\w+)|%[sd])(?=\/|$)/g

/** The same pattern with `:id` and `*` in place of a router's parameters. */
const asUrlPattern = (pattern: string): string =>
  pattern.replace(ROUTER_PARAMETER, (_, type?: string, ...names: (string | undefined)[]) => {
    const [angled, braced, rest, bracketed, dollar] = names
    if (type === 'path' || rest) return '*'
    return `:${angled ?? braced ?? bracketed ?? dollar ?? 'id'}`
  })

function parametersOfRouters(session: SessionConfiguration): [string, string][] {
  return patternsOf(session)
    .filter(({ pattern }) => asUrlPattern(pattern) !== pattern)
    .map(({ key, pattern }) => [
      key,
      `${quoted(pattern)} is written as for a router, and a URLPattern reads it as text: write ${quoted(asUrlPattern(pattern))}.`,
    ])
}

/** Exceptions from what no pattern lists. */
function idleExceptions(session: SessionConfiguration, base: string): [string, string][] {
  const resources = session.resources.map((item) => compile(patternIn(item), base))
  return patternsOf(session)
    .filter(({ field, pattern }) => field === 'except' && !/[:{(?#]/.test(pattern.replace(/^https?:\/\//i, '')))
    .filter(({ pattern }) => {
      const sample = new URL(pattern.replaceAll('*', 'x'), base).href
      return !resources.some((resource) => resource.test(sample))
    })
    .map(({ key, pattern }) => [
      key,
      `No pattern of "resources" matches what ${quoted(pattern)} takes out: it has no effect.`,
    ])
}

/** A capture of a whole API: each of its answers is searched for tokens. */
function everythingCaptured(session: SessionConfiguration): [string, string][] {
  const resources = patternsOf(session).flatMap(({ field, pattern }) => (field === 'resources' ? pattern : []))
  return patternsOf(session)
    .filter(({ field, pattern }) => field === 'capture' && /\*$/.test(pattern))
    .filter(({ pattern }) => pattern === '/*' || resources.includes(pattern))
    .map(({ key, pattern }) => [
      key,
      `${quoted(pattern)} captures every answer of the API: any answer that has such a field replaces the token of the session. Name the request that signs in, as in "/api/login".`,
    ])
}
