import { compile } from '../../engine/compiled-pattern.ts'
import { checkSchema, type JsonSchema } from '../../policy/check-schema.ts'
import { formats } from '../../policy/formats.ts'
import { type Keys, keysOf, pathOf } from './json-path.ts'
import type { Mistake } from './mistake.ts'
import { openToEverybody } from './public-suffix.ts'
import { quoted } from './quoted.ts'
import { reshape } from './reshape.ts'
import { branchFor, isObject } from './schema-branches.ts'
import { explainUnknownKey } from './unknown-key.ts'
import { explainWrongAddress } from './wrong-address.ts'
import { explainWrongScheme } from './wrong-scheme.ts'
import { explainWrongType, type WrongType } from './wrong-type.ts'

/** Where a value was written, and where it stands once everything is repaired. */
interface Place {
  readonly from: Keys
  readonly to: Keys
}

/** What is left to the worker's own check: the file as it is meant, as far as that is clear. */
export interface Untangled {
  readonly value: unknown
  readonly mistakes: readonly Mistake[]
  /** The path in the file of a path in `value`. */
  originOf(path: string): string
  /** Whether a mistake of the worker's check was told already, in other words. */
  isTold(path: string): boolean
}

/** Keeps the place of an item that cannot be repaired, so that the others keep their index. */
const PLACEHOLDER = '/bearer-worker-check'

/** Reads a configuration as its author meant it; tells each mistake once, with the cure. */
export function untangle(input: unknown, schema: JsonSchema, base: string): Untangled {
  const { value, mistakes, moved } = reshape(input, schema)
  const walk = new Walk(schema, moved, base)
  const repaired = walk.value(schema, value, { from: [], to: [] })
  const all = [...mistakes, ...walk.mistakes]
  if (!isObject(value)) walk.unrepaired.add('')
  else if (isObject(value['sessions']) && Object.keys(value['sessions']).length === 0 && mistakes.length > 0)
    walk.unrepaired.add('sessions')
  const originOf = (path: string) => {
    const keys = keysOf(path)
    for (let length = keys.length; length >= 0; length--) {
      const origin = walk.origins.get(pathOf(keys.slice(0, length)))
      if (origin) return pathOf([...origin, ...keys.slice(length)])
    }
    return path
  }
  return {
    value: repaired,
    mistakes: all,
    originOf,
    isTold: (path) => walk.unrepaired.has(originOf(path)) || walk.misplaced.has(`${keysOf(path).at(-1)}`),
  }
}

class Walk {
  readonly mistakes: Mistake[] = []
  /** By path in the repaired value, the keys in the file. */
  readonly origins = new Map<string, Keys>()
  /** Paths in the file whose mistake is told, and whose value stays wrong or is left out. */
  readonly unrepaired = new Set<string>()
  /** Names of keys that stand in the wrong object: where they belong, they are not missing. */
  readonly misplaced = new Set<string>()
  readonly #root: JsonSchema
  readonly #moved: Map<string, Keys>
  readonly #base: string

  constructor(root: JsonSchema, moved: ReadonlyMap<string, Keys>, base: string) {
    this.#root = root
    this.#moved = new Map(moved)
    this.#base = base
  }

  /** The repaired value, what is in it repaired too; `undefined` where it is left out. */
  value(schema: JsonSchema, value: unknown, place: Place): unknown {
    this.origins.set(pathOf(place.to), place.from)
    const branch = branchFor(schema, value)
    if (!branch) return this.#mistyped(schema, value, place)
    if (isObject(value)) return this.#object(branch, value, place)
    if (Array.isArray(value) && branch.items)
      return value.map(
        (item, index) => this.value(memberOf(schema, branch.items!), item, this.#inside(place, index)) ?? PLACEHOLDER,
      )
    return typeof value === 'string' && !branch.enum ? this.#text(branch, value, place) : value
  }

  #tell(place: Place, message: string, more: Partial<Mistake> = {}): void {
    this.mistakes.push({ path: pathOf(place.from), message, ...more })
  }

  #inside({ from, to }: Place, key: string | number, written = key): Place {
    const inside = [...to, key]
    return { to: inside, from: this.#moved.get(pathOf(inside)) ?? [...from, written] }
  }

  #mistyped(schema: JsonSchema, value: unknown, place: Place): unknown {
    if (place.from.length === 0) return value
    const found = listOfScopes(value, place) ?? explainWrongType(schema, value)
    if (!found) return value
    this.#tell(place, found.message)
    if (found.instead === undefined) {
      this.unrepaired.add(pathOf(place.from))
      return undefined
    }
    // What was put around a value has no place of its own in the file.
    if (Array.isArray(found.instead))
      for (const index of found.instead.keys()) this.#moved.set(pathOf([...place.to, index]), place.from)
    return this.value(schema, found.instead, place)
  }

  #object(schema: JsonSchema, value: Readonly<Record<string, unknown>>, place: Place): unknown {
    const { properties, additionalProperties } = schema
    const members: [string, unknown][] = []
    const add = (key: string, member: JsonSchema, inner: unknown, written: string) => {
      const repaired = this.value(member, inner, this.#inside(place, key, written))
      if (repaired !== undefined) members.push([key, repaired])
    }
    for (const [key, inner] of Object.entries(value)) {
      const own = properties && Object.hasOwn(properties, key) ? properties[key] : undefined
      if (own) add(key, own, inner, key)
      else if (additionalProperties) add(key, memberOf(schema, additionalProperties), inner, key)
      else if (!properties) members.push([key, inner])
      else {
        const { message, meant } = explainUnknownKey(key, inner, schema, this.#root)
        this.#tell(this.#inside(place, key), message)
        if (meant === undefined) this.misplaced.add(key)
        else if (!Object.hasOwn(value, meant) && !members.some(([each]) => each === meant))
          add(meant, properties[meant]!, inner, key)
      }
    }
    if (members.length === 0 && Object.keys(value).length > 0) this.unrepaired.add(pathOf(place.from))
    return Object.fromEntries(members)
  }

  #text(schema: JsonSchema, value: string, place: Place): unknown {
    if (schema.format === 'resource-pattern' && !isRefused(schema, value)) return this.#pattern(value, place)
    if (!isRefused(schema, value)) return value
    const kind = schema.format === 'resource-pattern' ? 'pattern' : 'url'
    const found = /pattern|url|issuer/.test(schema.format ?? '') ? explainWrongAddress(value, kind) : undefined
    if (found) {
      this.#tell(place, found.message)
      if (found.instead !== undefined && !isRefused(schema, found.instead)) return found.instead
      this.unrepaired.add(pathOf(place.from))
      return value
    }
    const scheme = schema.format === 'scheme' ? explainWrongScheme(value) : undefined
    if (scheme) {
      this.#tell(place, scheme.message)
      if (scheme.instead === undefined) this.unrepaired.add(pathOf(place.from))
      return scheme.instead ?? value
    }
    const trimmed = value.trim()
    if (trimmed === value || isRefused(schema, trimmed)) return value
    this.#tell(place, `${quoted(value)} begins or ends with a space: write ${quoted(trimmed)}.`)
    return trimmed
  }

  /** What the worker accepts, and `check` knows to be wrong. */
  #pattern(value: string, place: Place): string {
    if (!compiles(value, this.#base)) {
      const found = explainWrongAddress(value, 'pattern')
      if (found) {
        this.#tell(place, found.message)
        this.unrepaired.add(pathOf(place.from))
      }
      return value
    }
    const domain = openToEverybody(value)
    if (domain !== undefined)
      this.#tell(
        place,
        `Anybody can get a name below ${quoted(domain)}, which is on the Public Suffix List, and would be sent the token: name your own domain, as in "https://*.example.${domain}/*".`,
        { accepted: true },
      )
    return value
  }
}

/** `"scope": ["openid", "profile"]`: a scope is one text. @see https://www.rfc-editor.org/rfc/rfc6749#section-3.3 */
function listOfScopes(value: unknown, { to }: Place): WrongType | undefined {
  if (to.at(-1) !== 'scope' || !Array.isArray(value) || value.length === 0) return undefined
  if (!value.every((each) => typeof each === 'string')) return undefined
  const instead = value.join(' ')
  return { message: `Write the scopes as one text, separated by spaces: ${quoted(instead)}.`, instead }
}

/** The schema of an item or a named member, with an example of it out of the example of the whole. */
function memberOf({ examples: [whole] = [] }: JsonSchema, member: JsonSchema): JsonSchema {
  const [example] = typeof whole === 'object' && whole !== null ? Object.values(whole) : []
  return member.examples || example === undefined ? member : { ...member, examples: [example] }
}

function compiles(pattern: string, base: string): boolean {
  try {
    compile(pattern, base)
    return true
  } catch {
    return false
  }
}

function isRefused(schema: JsonSchema, value: unknown): boolean {
  let refused = false
  const report = () => {
    refused = true
  }
  checkSchema(schema, value, { formats, report })
  return refused
}
