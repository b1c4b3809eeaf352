/** A value as it would stand in the file, short enough for a sentence. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? `${value}`
  return text.length <= 80 ? text : `${text.slice(0, 77)}…`
}

/** `"a", "b" or "c"`. */
export function listed(values: readonly unknown[], last = 'or'): string {
  const texts = values.map((value) => quoted(value))
  return texts.length < 2 ? texts.join() : `${texts.slice(0, -1).join(', ')} ${last} ${texts.at(-1)}`
}

/** A whole value as people write it: `{ "url": "/logout" }`, `["a", "b"]`. */
export function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${written(member)}`)
  return members.length > 0 ? `{ ${members.join(', ')} }` : '{}'
}
