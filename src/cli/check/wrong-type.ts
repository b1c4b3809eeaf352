import type { JsonSchema } from '../../policy/check-schema.ts'
import { nearest } from '../nearest.ts'
import { listed, quoted, written } from './quoted.ts'
import { branchesOf, fits, isObject } from './schema-branches.ts'

/** How to write a value that is of the wrong type, and what it would be then. */
export interface WrongType {
  readonly message: string
  readonly instead?: unknown
}

/** A sentence for a value that fits no branch of its schema; or nothing, where the schema's own words are as good. */
export function explainWrongType(schema: JsonSchema, value: unknown): WrongType | undefined {
  const [example] = schema.examples ?? []
  if (value === null) return { message: `Write a value in place of null${suchAs(example)}, or leave it out.` }
  for (const branch of branchesOf(schema)) {
    const found = explainOne(branch, value, example)
    // Where there are several forms, the schema's own words name them all.
    if (found && found.instead === undefined && schema.anyOf && schema.errorMessage) return undefined
    if (found) return found
  }
  return undefined
}

/** `, such as "…"`, where there is an example of this type. */
function suchAs(example: unknown, isOfType = true): string {
  return example === undefined || !isOfType ? '' : `, such as ${written(example)}`
}

function explainOne(schema: JsonSchema, value: unknown, example: unknown): WrongType | undefined {
  if (schema.enum) return ofChoice(schema.enum, value)
  switch (schema.type) {
    case 'array':
      return ofList(schema, value, example)
    case 'object':
      return ofObject(schema, value, example)
    case 'boolean':
      return ofBoolean(value)
    case 'number':
    case 'integer':
      return ofNumber(value, example)
    case 'string':
      return ofString(schema, value, example)
    case undefined:
      return undefined
  }
}

function ofChoice(allowed: readonly unknown[], value: unknown): WrongType {
  const [only] = allowed
  if (allowed.length === 1) return { message: `Write ${quoted(only)}, not ${quoted(value)}.`, instead: only }
  const texts = allowed.filter((each) => typeof each === 'string')
  const unit = typeof value === 'string' && texts.includes('ms') ? unitIn(value) : undefined
  if (unit === 'iso' && !texts.includes('iso'))
    return {
      message: `A date is a point in time, not a lifetime: write "expiresAt": { "at": …, "in": "iso" } in place of "expiresIn".`,
    }
  if (unit !== undefined && unit !== value)
    return { message: `Write ${quoted(unit)}, not ${quoted(value)}.`, instead: unit }
  const close = typeof value === 'string' ? nearest(value, texts) : undefined
  return close === undefined
    ? { message: `Write ${listed(allowed)}, not ${quoted(value)}.` }
    : {
        message: `${quoted(value)} is none of ${listed(allowed, 'and')}: did you mean ${quoted(close)}?`,
        instead: close,
      }
}

/** The unit that another word means. */
function unitIn(word: string): string | undefined {
  if (/^(milli|ms)/i.test(word)) return 'ms'
  if (/^(s|sec|second|unix|epoch|timestamp)/i.test(word) && !/^str/i.test(word)) return 's'
  return /iso|date|time|rfc|utc|str|text/i.test(word) ? 'iso' : undefined
}

function ofList({ items }: JsonSchema, value: unknown, example: unknown): WrongType | undefined {
  const parts = typeof value === 'string' && value.includes(',') ? value.split(',').map((part) => part.trim()) : [value]
  if (!items || !parts.every((part) => fits(items, part)))
    return { message: `Write a list, in brackets${suchAs(example, Array.isArray(example))}, not ${quoted(value)}.` }
  return { message: `Write a list: ${quoted(parts)}.`, instead: parts }
}

function ofObject(
  { properties = {}, required = [] }: JsonSchema,
  value: unknown,
  example: unknown,
): WrongType | undefined {
  if (value === false) return { message: 'Leave the key out in place of false.' }
  const owners = Object.entries(properties).filter(([, member]) => fits(member, value) && holds(member, value))
  const [owner] = owners.find(([key]) => required.includes(key)) ?? owners[0] ?? []
  const missing = required.filter((key) => key !== owner)
  // With further keys to add, a whole example says more.
  if (owner === undefined || missing.length > 0)
    return { message: `Write an object, in braces${suchAs(example, isObject(example))}, not ${quoted(value)}.` }
  return { message: `Write an object: { ${quoted(owner)}: ${quoted(value)} }.`, instead: { [owner]: value } }
}

/** Whether the items of a list are of the right type, too. */
function holds(schema: JsonSchema, value: unknown): boolean {
  if (!Array.isArray(value)) return typeof value !== 'boolean'
  return branchesOf(schema).some(({ items }) => items && value.length > 0 && value.every((item) => fits(items, item)))
}

function ofBoolean(value: unknown): WrongType {
  const isTrue = ['true', 'yes', 'on', '1'].includes(`${value}`.toLowerCase())
  const isFalse = ['false', 'no', 'off', '0', ''].includes(`${value}`.toLowerCase())
  if (!isTrue && !isFalse) return { message: `Write true or false, not ${quoted(value)}.` }
  return { message: `Write ${isTrue}, without quotes.`, instead: isTrue }
}

function ofNumber(value: unknown, example: unknown): WrongType | undefined {
  if (typeof value === 'number') return undefined
  const [, digits, unit] = (typeof value === 'string' && /^\s*(-?\d+(?:\.\d+)?)\s*(.*?)\s*$/.exec(value)) || []
  const such = suchAs(example, typeof example === 'number')
  if (digits === undefined) return { message: `Write a number${such}, not ${quoted(value)}.` }
  if (unit) return { message: `Write a number without a unit and without quotes${such}, not ${quoted(value)}.` }
  return { message: `Write ${Number(digits)}, without quotes.`, instead: Number(digits) }
}

function ofString(schema: JsonSchema, value: unknown, example: unknown): WrongType | undefined {
  // A pattern or a path is no number in quotes; a parameter can be.
  if (schema.format === undefined && (typeof value === 'number' || typeof value === 'boolean'))
    return { message: `Write it in double quotes: "${value}".`, instead: `${value}` }
  if (Array.isArray(value) && value.length === 1 && fits(schema, value[0]))
    return { message: `Write ${quoted(value[0])} alone, without a list.`, instead: value[0] }
  const such = suchAs(example, typeof example === 'string')
  return { message: `Write text in double quotes${such}, not ${named(value)}.` }
}

function named(value: unknown): string {
  if (isObject(value)) return 'an object'
  return Array.isArray(value) ? 'a list' : quoted(value)
}
