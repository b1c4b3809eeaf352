import { wait } from '../io/deadline.ts'
import type { Calls, Notice } from '../protocol.ts'
import type { PageAnswers } from './answer-questions.ts'
import { isVisible } from './own-origin.ts'

/** ms by which a page that is hidden lets a visible one go first. */
const HIDDEN_WAIT_MS = 100

interface Means {
  readonly answers: PageAnswers
  readonly refresh: (call: Calls['refresh']['call']) => Promise<unknown>
  readonly tell: (notice: Notice) => void
}

/** Other pages that no worker covers, and whose own code provides no tokens: this page refreshes for them, into the shared store. */
export class OtherPages {
  readonly #means: Means
  /** Ids of notices that are being answered: each notice is sent again and again until it is. */
  readonly #underWay = new Set<string>()

  constructor(means: Means) {
    this.#means = means
  }

  async refreshFor(notice: Extract<Notice, { readonly kind: 'wanted' }>): Promise<void> {
    const { id, session, account, api, reason, epoch, generation } = notice
    const { answers, refresh, tell } = this.#means
    if (this.#underWay.has(id) || !answers.provides(session, account)) return
    this.#underWay.add(id)
    // The page that the user looks at goes first. The others then find what it has brought, or that there is no token for now.
    if (!isVisible()) await wait(HIDDEN_WAIT_MS)
    await refresh({ session, wanted: { api, reason, epoch, generation } }).catch(() => {})
    this.#underWay.delete(id)
    tell({ kind: 'tried', id })
  }
}
