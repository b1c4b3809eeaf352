import type { LoadedPart, PartInScript } from '../protocol.ts'
import { version } from '../version.ts'

/**
 * The part that a script has handed over. Throws when there is none, since a server may answer anything with 200, or when
 * it is of another version: the parts of one version fit together.
 * @param browser the classes that it uses
 */
export function loadedPart<Part>(handed: unknown, browser: object): LoadedPart<Part> {
  const { version: found, make } = Object(handed) as Partial<PartInScript>
  if (found === version && make) return { version, part: make(browser) as Part }
  throw new Error(found === undefined ? 'the answer is another file' : `it is of version ${found}, not ${version}`)
}
