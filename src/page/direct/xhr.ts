import type { OpenedXhr } from '../intercept/interception.ts'
import { DirectXhr } from './xhr-exchange.ts'
import type { DirectLane } from './lane.ts'
import type { SentXhr } from './sent-xhr.ts'

/** Sends an XMLHttpRequest by the page's own lane. Returns false for one that does not go that way. */
export function sendXhrDirectly(lane: DirectLane, sent: SentXhr): boolean {
  const { entry, body } = sent
  const later = (until: Promise<unknown>): true => {
    entry.waits = body ?? null
    void until.then(() => {
      if (entry.over) return
      entry.waits = undefined
      if (!sendXhrDirectly(lane, sent)) sent.passOn()
    })
    return true
  }
  if (lane.beginning) return later(lane.beginning)
  const listed = lane.look(entry.url)
  if (listed === 'capture') entry.guard = () => lane.invalidate()
  if (typeof listed !== 'object' || hasOwnHeader(entry, listed.rules.replaces)) return false
  const permit = lane.permit(listed, entry.url)
  if (permit instanceof Promise) return later(permit)
  if (!permit) return false
  new DirectXhr(lane, permit, sent).send(permit.credentials)
  return true
}

function hasOwnHeader({ headers }: OpenedXhr, replaces: readonly string[]): boolean {
  const own = headers.filter(([name]) => /^authorization$/i.test(name)).map(([, value]) => value)
  return own.length > 0 && !replaces.includes(own.join(', '))
}
