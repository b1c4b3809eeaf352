import type { ServerCode } from './vocabulary.ts'

/** Characters of the longest text that counts as a code. */
const LONGEST_CODE = 100

/** What stands at a dot path; own properties only, so never `__proto__` nor anything else inherited. */
export function readPath(value: unknown, path: string): unknown {
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}

/** Everything that stands at a path in which `*` is any index of an array. */
export function readAll(value: unknown, path: string): unknown[] {
  let found: unknown[] = [value]
  for (const key of path.split('.'))
    found = found.flatMap((each) => (key === '*' && Array.isArray(each) ? each : [readPath(each, key)]))
  return found
}

/** Every text and number at these paths, in their order. */
export function textsAt(body: unknown, paths: string | readonly string[]): string[] {
  return [paths]
    .flat()
    .flatMap((path) => readAll(body, path))
    .flatMap((each) => ((typeof each === 'string' && each) || typeof each === 'number' ? `${each}` : []))
}

/** Every error code of a JSON body, in the order of the paths. Longer texts are no codes, and might repeat a token. */
export function codesAt(body: unknown, paths: string | readonly string[]): ServerCode[] {
  return textsAt(body, paths).filter((text): text is ServerCode => text.length <= LONGEST_CODE)
}

/** The error code of a JSON body: the first of those that are listed, else the first. */
export function codeAt(
  body: unknown,
  paths: string | readonly string[],
  listed: readonly string[] = [],
): ServerCode | undefined {
  const codes = codesAt(body, paths)
  return codes.find((code) => listed.includes(code)) ?? codes[0]
}
