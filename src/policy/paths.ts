/** What stands at a dot path; own properties only, so never `__proto__` nor anything else inherited. */
export function readPath(value: unknown, path: string): unknown {
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}

/** An error code of a JSON body. Longer texts are no codes, and might repeat a token. */
export function codeAt(body: unknown, path: string): string | undefined {
  const code = readPath(body, path)
  return (typeof code === 'string' && code && code.length <= 100) || typeof code === 'number' ? `${code}` : undefined
}
