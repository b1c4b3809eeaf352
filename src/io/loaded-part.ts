import type { LoadedPart } from '../protocol.ts'
import { version } from '../version.ts'

/**
 * The part that a script has just put into the global scope. Throws when there is none, since a server may answer
 * anything with 200, or when it is of another version: the parts of one version fit together.
 */
export function loadedPart<Part>(symbol: symbol): LoadedPart<Part> {
  const loaded = Object((globalThis as unknown as Record<symbol, unknown>)[symbol]) as Partial<LoadedPart<Part>>
  const { version: found } = loaded
  if (found === version) return loaded as LoadedPart<Part>
  throw new Error(found === undefined ? 'the answer is another file' : `it is of version ${found}, not ${version}`)
}
