import { BearerWorkerError } from '../errors.ts'
import { loadIntoRealm, pagePart } from './intercept/realm.ts'
import type { Places } from './registration.ts'

let loading: Promise<void> | undefined

/** Loads the part that most pages never need: `pagePart()` has it then. Rejects with `part-unavailable`. */
export async function loadPagePart(places: Places): Promise<void> {
  if (pagePart()) return
  const { href } = places.pagePart
  try {
    await (loading ??= loadIntoRealm(href))
  } catch (cause) {
    const message = `${href} could not be loaded. Copy it beside the other scripts of Bearer Worker, and allow it in the Content-Security-Policy.`
    throw new BearerWorkerError({ code: 'part-unavailable', message }, cause)
  } finally {
    loading = undefined
  }
}
