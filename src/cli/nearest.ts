import { distance } from 'fastest-levenshtein'

/** Compared without case and without what parts words: `access_token` is `accessToken`. */
export const plain = (name: string) => name.toLowerCase().replaceAll(/[-_\s]/g, '')

/** Longer words are no slip of the keyboard, and cost time. */
const LONGEST = 60

/** The known name that was probably meant: the same but for case and separators, else the closest by edit distance. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (name.length > LONGEST) return undefined
  const given = plain(name)
  const same = known.find((each) => plain(each) === given)
  if (same !== undefined) return same
  const [closest] = known
    .map((each) => ({ each, far: distance(given, plain(each)), allowed: allowance(given, plain(each)) }))
    .filter(({ far, allowed }) => far <= allowed)
    .toSorted((a, b) => a.far - b.far)
  return closest?.each
}

/** One letter more, less or other than a known name. */
export const slipOf = (name: string, known: readonly string[]): string | undefined =>
  known.find((each) => each.length > 3 && name.length <= LONGEST && distance(plain(name), plain(each)) === 1)

/** Two words of eight letters may differ in three. */
const allowance = (one: string, other: string) => Math.floor(Math.max(one.length, other.length) * 0.4)
