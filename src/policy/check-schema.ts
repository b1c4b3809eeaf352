/** The part of JSON Schema that the configuration is written in. @see https://json-schema.org/draft-07/json-schema-validation */
export interface JsonSchema {
  /** Without it, and without `enum` and `anyOf`, any value is right. */
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean'
  /** Forms of different types, so that the type of the value says which one is meant. */
  readonly anyOf?: readonly JsonSchema[]
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly propertyNames?: JsonSchema
  readonly additionalProperties?: JsonSchema | false
  readonly minProperties?: number
  readonly items?: JsonSchema
  readonly minItems?: number
  readonly minLength?: number
  readonly pattern?: string
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly examples?: readonly unknown[]
  /** The cure, which editors show as well. @see https://code.visualstudio.com/docs/languages/json */
  readonly errorMessage?: string
}

/** What is wrong with a text, by the name that `format` calls the check. */
export type Formats = Readonly<Record<string, (text: string) => string | undefined>>
export type Report = (path: readonly string[], message: string) => void

/** What a check needs besides the value: how to check formats, and whom to tell. */
export interface Checking {
  readonly formats: Formats
  readonly report: Report
}

/** Reports every mistake in a value that came from JSON; returns a copy with the defaults filled in. */
export function checkSchema(
  schema: JsonSchema,
  value: unknown,
  checking: Checking,
  path: readonly string[] = [],
): unknown {
  const { formats, report } = checking
  const inside = (schema: JsonSchema, value: unknown, key: string | number): unknown =>
    checkSchema(schema, value, checking, [...path, `${key}`])
  const form = schema.anyOf?.find(({ type }) => type === typeOf(value))
  if (form) return checkSchema(form, value, checking, path)
  const mistake = isWrong(schema, value)
    ? (schema.errorMessage ?? cureOf(schema))
    : formats[schema.format!]?.(value as string)
  if (mistake) report(path, mistake)
  else if (schema.items) return (value as unknown[]).map((item, index) => inside(schema.items!, item, index))
  else if (schema.type === 'object') {
    const { properties = {}, required, propertyNames, additionalProperties } = schema
    const members: [string, unknown][] = []
    for (const key of Object.keys({ ...properties, ...(value as object) })) {
      const member = Object.hasOwn(properties, key) ? properties[key] : additionalProperties
      if (propertyNames) checkSchema(propertyNames, key, checking, [...path, key])
      if (!member)
        report(
          [...path, key],
          `Unknown key: correct its spelling, or take it out. Known: ${Object.keys(properties).join(', ')}.`,
        )
      else if (Object.hasOwn(value as object, key))
        members.push([key, inside(member, (value as Record<string, unknown>)[key], key)])
      else if (member.default !== undefined) members.push([key, inside(member, member.default, key)])
      else if (required?.includes(key)) report([...path, key], 'Missing: add this key.')
    }
    return Object.fromEntries(members)
  }
  return value
}

const typeOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'array'
  return value === null ? 'null' : typeof value
}

function isWrong(schema: JsonSchema, value: unknown): boolean {
  const { type, pattern } = schema
  if (schema.enum) return !schema.enum.includes(value)
  if (!type) return !!schema.anyOf
  if (type === 'integer' ? !Number.isInteger(value) : type !== typeOf(value)) return true
  // A comparison with a bound that is not there is false.
  if (typeof value === 'number')
    return value < schema.minimum! || value > schema.maximum! || value <= schema.exclusiveMinimum!
  return (
    Object.keys(value as object).length < (schema.minLength ?? schema.minItems ?? schema.minProperties)! ||
    (pattern !== undefined && !new RegExp(pattern).test(value as string))
  )
}

function cureOf({ enum: allowed, type, minimum, maximum }: JsonSchema): string {
  return `Write ${allowed ? `one of ${JSON.stringify(allowed)}` : `a value of type ${type}`}${maximum ? ` from ${minimum} to ${maximum}` : ''}.`
}
