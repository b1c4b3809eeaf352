import { forUrlPattern } from '../policy/patterns.ts'

/** A pattern of the configuration, compiled. */
export interface CompiledPattern {
  /** @param url serialized, as a `Request` has it, without credentials */
  test(url: string): boolean
}

/** What URLPattern takes for syntax in a path. @see https://urlpattern.spec.whatwg.org/#parsing-pattern-strings */
const SYNTAX = [...'*?#+:(){}\\']

/**
 * Compares text where text is all there is to compare, as with `/api/*`: a worker's first `URLPattern` costs it half a
 * millisecond at each start, and each test some microseconds. Throws a `TypeError` for what `URLPattern` refuses.
 * @param base an origin
 */
export function compile(pattern: string, base: string): CompiledPattern {
  const isPrefix = pattern.endsWith('*')
  const path = isPrefix ? pattern.slice(0, -1) : pattern
  const address = base + path
  const isText =
    path.startsWith('/') && new URL(path, base).href === address && !SYNTAX.some((sign) => path.includes(sign))
  if (!isText) return new URLPattern(forUrlPattern(pattern), base)
  return { test: isPrefix ? (url) => url.startsWith(address) : (url) => withoutQuery(url) === address }
}

/** A serialized URL without query and fragment: the same as `addressOf`, where there are no credentials. */
export const withoutQuery = (url: string): string => url.split(/[?#]/, 1)[0] ?? ''

/** Origin and path of a URL. */
export const addressOf = ({ origin, pathname }: URL): string => origin + pathname
