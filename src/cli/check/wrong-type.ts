import type { JsonSchema } from '../../policy/check-schema.ts'
import { nearest } from '../nearest.ts'
import { listed, quoted } from './quoted.ts'
import { branchesOf, fits, isObject } from './schema-branches.ts'

/** How to write a value that is of the wrong type, and what it would be then. */
export interface WrongType {
  readonly message: string
  readonly instead?: unknown
}

/** A sentence for a value that fits no branch of its schema; or nothing, where the schema's own words are as good. */
export function explainWrongType(schema: JsonSchema, value: unknown): WrongType | undefined {
  if (value === null) return { message: 'Write a value in place of null, or leave it out.' }
  for (const branch of branchesOf(schema)) {
    const found = explainOne(branch, value)
    if (found) return found
  }
  return undefined
}

function explainOne(schema: JsonSchema, value: unknown): WrongType | undefined {
  if (schema.enum) return ofChoice(schema.enum, value)
  switch (schema.type) {
    case 'array':
      return ofList(schema, value)
    case 'object':
      return ofObject(schema, value)
    case 'boolean':
      return ofBoolean(value)
    case 'number':
    case 'integer':
      return ofNumber(value)
    case 'string':
      return ofString(schema, value)
    case undefined:
      return undefined
  }
}

function ofChoice(allowed: readonly unknown[], value: unknown): WrongType {
  const close =
    typeof value === 'string'
      ? nearest(
          value,
          allowed.filter((each) => typeof each === 'string'),
        )
      : undefined
  return close === undefined
    ? { message: `Write ${listed(allowed)}, not ${quoted(value)}.` }
    : {
        message: `${quoted(value)} is none of ${listed(allowed, 'and')}: did you mean ${quoted(close)}?`,
        instead: close,
      }
}

function ofList({ items }: JsonSchema, value: unknown): WrongType | undefined {
  const parts = typeof value === 'string' && value.includes(',') ? value.split(',').map((part) => part.trim()) : [value]
  if (!items || !parts.every((part) => fits(items, part)))
    return { message: `Write a list, in brackets: [ … ], not ${quoted(value)}.` }
  return { message: `Write a list: ${quoted(parts)}.`, instead: parts }
}

function ofObject({ properties = {}, required = [] }: JsonSchema, value: unknown): WrongType | undefined {
  if (value === false) return { message: 'Leave the key out in place of false.' }
  const owners = Object.entries(properties).filter(([, member]) => fits(member, value) && holds(member, value))
  const [owner] = owners.find(([key]) => required.includes(key)) ?? owners[0] ?? []
  if (owner === undefined) return { message: `Write an object, in braces: { … }, not ${quoted(value)}.` }
  const missing = required.filter((key) => key !== owner)
  const members = [`${quoted(owner)}: ${quoted(value)}`, ...missing.map((key) => `${quoted(key)}: …`)]
  return {
    message: `Write an object: { ${members.join(', ')} }.`,
    ...(missing.length === 0 && { instead: { [owner]: value } }),
  }
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

function ofNumber(value: unknown): WrongType | undefined {
  if (typeof value === 'number') return undefined
  const [, digits, unit] = (typeof value === 'string' && /^\s*(-?\d+(?:\.\d+)?)\s*(.*?)\s*$/.exec(value)) || []
  if (digits === undefined) return { message: `Write a number, not ${quoted(value)}.` }
  if (unit) return { message: `Write a number without a unit and without quotes, not ${quoted(value)}.` }
  return { message: `Write ${Number(digits)}, without quotes.`, instead: Number(digits) }
}

function ofString(schema: JsonSchema, value: unknown): WrongType | undefined {
  if (typeof value === 'number' || typeof value === 'boolean')
    return { message: `Write it in double quotes: "${value}".`, instead: `${value}` }
  if (Array.isArray(value) && value.length === 1 && fits(schema, value[0]))
    return { message: `Write ${quoted(value[0])} alone, without a list.`, instead: value[0] }
  return { message: `Write text in double quotes, not ${isObject(value) ? 'an object' : 'a list'}.` }
}
