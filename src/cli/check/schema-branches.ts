import type { JsonSchema } from '../../policy/check-schema.ts'
import { plain } from '../nearest.ts'

type Branched = JsonSchema & { readonly anyOf?: readonly JsonSchema[]; readonly oneOf?: readonly JsonSchema[] }

/** The alternatives of a schema: itself, where it has none. */
export function branchesOf(schema: Branched): readonly JsonSchema[] {
  const branches = schema.anyOf ?? schema.oneOf
  return branches ? branches.flatMap(branchesOf) : [schema]
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether a value is of the type that a schema asks for, whatever is in it. */
export function fits(schema: JsonSchema, value: unknown): boolean {
  return branchesOf(schema).some(({ type, enum: allowed }) => {
    if (allowed) return allowed.includes(value)
    if (type === undefined) return true
    if (type === 'integer') return Number.isInteger(value)
    return type === typeOf(value)
  })
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return value === null ? 'null' : typeof value
}

/** The branch that a value was probably written for: of several objects, the one that knows most of its keys. */
export function branchFor(schema: JsonSchema, value: unknown): JsonSchema | undefined {
  const fitting = branchesOf(schema).filter((branch) => fits(branch, value))
  if (!isObject(value)) return fitting[0]
  const known = ({ properties = {} }: JsonSchema) =>
    Object.keys(value).filter((key) => Object.hasOwn(properties, key)).length
  return fitting.toSorted((a, b) => known(b) - known(a))[0]
}

/** Every object of the schema that has a key (whatever its case and separators), by the name under which it stands: `refresh`, `authorizationServer`. */
export function ownersOf(key: string, schema: JsonSchema, name = ''): readonly string[] {
  return branchesOf(schema).flatMap((branch) => {
    const { properties = {}, additionalProperties, items } = branch
    const own = name !== '' && Object.keys(properties).some((each) => plain(each) === plain(key)) ? [name] : []
    const inside = Object.entries(properties).flatMap(([child, member]) => ownersOf(key, member, child))
    // The members of "sessions" have names of the site's own.
    const named = additionalProperties
      ? ownersOf(key, additionalProperties, name === 'sessions' ? 'a session' : name)
      : []
    return [...new Set([...own, ...inside, ...named, ...(items ? ownersOf(key, items, name) : [])])]
  })
}
