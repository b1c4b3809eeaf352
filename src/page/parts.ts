import { BearerWorkerError } from '../errors.ts'
import { version } from '../version.ts'
import { loadIntoRealm, pagePart } from './intercept/realm.ts'
import type { Places } from './registration.ts'

let loading: Promise<void> | undefined

/** Loads the part that most pages never need: `pagePart()` has it then. Rejects with `part-unavailable`; the next call tries again. */
export async function loadPagePart(places: Places): Promise<void> {
  if (pagePart()) return
  const { href, pathname } = places.pagePart
  try {
    await (loading ??= loadIntoRealm(href))
  } catch (cause) {
    const file = pathname.slice(pathname.lastIndexOf('/') + 1)
    const message = `${href} could not be loaded (${(cause as Error).message}). Copy ${file} of version ${version} there, and allow it in the Content-Security-Policy.`
    throw new BearerWorkerError({ code: 'part-unavailable', message }, cause)
  } finally {
    loading = undefined
  }
}
