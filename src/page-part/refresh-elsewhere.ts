import { unlessAborted, wait } from '../io/deadline.ts'
import { random } from '../io/random.ts'
import type { RefreshElsewhere } from '../engine/platform.ts'
import type { Notice } from '../protocol.ts'

/** ms after which the other pages are told again that a token is wanted: one may have been opened, or have got a provider. */
const AGAIN_MS = 500

/** What is known of the providers of this page. */
export interface OwnProviders {
  readonly provides: (session: string, account: string | undefined) => boolean
  /** Resolves at the next registration of a provider. */
  readonly provided: () => Promise<void>
}

/**
 * Has other pages of the site refresh where this page's own code provides no token. They do it with their own lock and into
 * the store that they share with this page, so that no token goes through a channel, where any script of the origin can listen.
 */
export function refreshingElsewhere({ provides, provided }: OwnProviders) {
  const waiting = new Map<string, () => void>()
  const refreshElsewhere: RefreshElsewhere = async (wanted, { limitMs, signal, isTried, tell }) => {
    const over = AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
    // A page on plain http has no randomUUID().
    const id = String(random())
    try {
      for (let told = 0; !over.aborted && !provides(wanted.session, wanted.account); told++) {
        if (await isTried()) return told > 0
        const tried = new Promise<void>((resolve) => waiting.set(id, resolve))
        tell?.({ kind: 'wanted', id, ...wanted })
        await unlessAborted(over, Promise.race([tried, provided(), wait(AGAIN_MS)]))
      }
      return false
    } finally {
      waiting.delete(id)
    }
  }
  const onNotice = (notice: Notice): void => {
    if (notice.kind === 'tried') waiting.get(notice.id)?.()
  }
  return { refreshElsewhere, onNotice }
}
