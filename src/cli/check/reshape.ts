import type { JsonSchema } from '../../policy/check-schema.ts'
import { nearest } from '../nearest.ts'
import { type Keys, pathOf } from './json-path.ts'
import type { Mistake } from './mistake.ts'
import { quoted } from './quoted.ts'
import { isObject } from './schema-branches.ts'

/** A configuration whose sessions stand where they belong, and from where they were moved. */
export interface Reshaped {
  readonly value: unknown
  readonly mistakes: readonly Mistake[]
  /** By the new path, where it was written. */
  readonly moved: ReadonlyMap<string, Keys>
}

const DEFAULT_NAME = 'main'

/** Sessions in a list, without a name, or without "sessions" around them: told once, and read as they are meant. */
export function reshape(value: unknown, schema: JsonSchema): Reshaped {
  const asItIs = (mistakes: readonly Mistake[] = []): Reshaped => ({ value, mistakes, moved: new Map() })
  if (Array.isArray(value))
    return asItIs([{ path: '', message: 'Write an object: { "sessions": { "main": { … } } }, not a list.' }])
  if (!isObject(value))
    return asItIs([{ path: '', message: `Write an object: { "sessions": { "main": { … } } }, not ${quoted(value)}.` }])
  const keys = sessionKeys(schema)
  if (value['sessions'] !== undefined) return reshapeSessions(value, keys)
  const roots = Object.keys(schema.properties ?? {})
  const flat = Object.keys(value).filter((key) => keys.includes(key))
  if (flat.length > 0) return wrapFlat(value, roots, flat)
  const bare = Object.keys(value).filter((key) => !roots.includes(key) && isSession(value[key], keys))
  if (bare.length === 0 || bare.some((key) => nearest(key, ['sessions']))) return asItIs()
  return {
    value: { ...omit(value, bare), sessions: pick(value, bare) },
    mistakes: [
      {
        path: bare[0]!,
        message: `Put ${bare.map((key) => quoted(key)).join(' and ')} into "sessions": { "sessions": { ${quoted(bare[0])}: { … } } }.`,
      },
    ],
    moved: new Map(bare.map((key) => [pathOf(['sessions', key]), [key]])),
  }
}

/** The keys of a session stand at the top of the file. */
function wrapFlat(
  value: Readonly<Record<string, unknown>>,
  roots: readonly string[],
  flat: readonly string[],
): Reshaped {
  const others = Object.keys(value).filter((key) => !roots.includes(key))
  return {
    value: { ...omit(value, others), sessions: { [DEFAULT_NAME]: pick(value, others) } },
    mistakes: [
      {
        path: flat[0]!,
        message: `The keys of a session stand at the top of the file: put them into a session with a name, { "sessions": { "main": { ${quoted(flat[0])}: … } } }.`,
      },
    ],
    moved: new Map([
      ['sessions', []],
      [pathOf(['sessions', DEFAULT_NAME]), []],
    ]),
  }
}

function reshapeSessions(value: Readonly<Record<string, unknown>>, keys: readonly string[]): Reshaped {
  const { sessions } = value
  if (Array.isArray(sessions)) return nameSessions(value, sessions)
  const isOne =
    isObject(sessions) && Object.keys(sessions).some((key) => keys.includes(key) && !isSession(sessions[key], keys))
  if (!isOne) return { value, mistakes: [], moved: new Map() }
  return {
    value: { ...value, sessions: { [DEFAULT_NAME]: sessions } },
    mistakes: [{ path: 'sessions', message: 'Give the session a name: "sessions": { "main": { … } }.' }],
    moved: new Map([[pathOf(['sessions', DEFAULT_NAME]), ['sessions']]]),
  }
}

/** `"sessions": [{ … }]`. */
function nameSessions(value: Readonly<Record<string, unknown>>, list: readonly unknown[]): Reshaped {
  const named = list.flatMap((session, index) => {
    if (!isObject(session)) return []
    const { name, ...rest } = session
    const given = typeof name === 'string' && /^[a-z_][\w-]*$/i.test(name) ? name : undefined
    return [
      {
        name: given ?? (index === 0 ? DEFAULT_NAME : `session-${index + 1}`),
        session: given === undefined ? session : rest,
        index,
      },
    ]
  })
  return {
    value: { ...value, sessions: Object.fromEntries(named.map(({ name, session }) => [name, session])) },
    mistakes: [
      {
        path: 'sessions',
        message: `"sessions" is no list, but an object of sessions by name: write "sessions": { "main": { "resources": ["/api/*"], … } }.`,
      },
    ],
    moved: new Map(named.map(({ name, index }) => [pathOf(['sessions', name]), ['sessions', index]])),
  }
}

function sessionKeys({ properties = {} }: JsonSchema): readonly string[] {
  const session = properties['sessions']?.additionalProperties
  return session ? Object.keys(session.properties ?? {}) : []
}

/** An object that has a session's keys. */
const isSession = (value: unknown, keys: readonly string[]) =>
  isObject(value) && Object.keys(value).some((key) => keys.includes(key))
const omit = (value: object, keys: readonly string[]) =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)))
const pick = (value: object, keys: readonly string[]) =>
  Object.fromEntries(Object.entries(value).filter(([key]) => keys.includes(key)))
