import type { BearerWorkerError } from '../page/index.ts'
import type { SessionView } from '../protocol.ts'
import { element, write } from './dom.ts'
import { moodOf, span, stateOf } from './wording.ts'

/** One session: its state, the life of its token, its claims. Only what changed is written. */
export class SessionCard {
  readonly node: HTMLElement
  readonly #state = element('span', { className: 'stamp' })
  readonly #left = element('span', { className: 'left' })
  readonly #fill = element('span')
  readonly #bar = element('div', { className: 'bar', ariaHidden: 'true' }, this.#fill)
  readonly #facts = element('dl', { className: 'facts' })
  readonly #claims = element('dl', { className: 'facts claims' })
  readonly #more = element('details', { className: 'more' }, element('summary', {}, 'Claims'), this.#claims)
  readonly #refresh: HTMLButtonElement
  readonly #said = element('p', { className: 'said', hidden: true })
  #view: SessionView | undefined
  /** A refresh has shown that there is nothing to refresh with, such as a session without a refresh token. */
  #hasNothing = false
  #burning: { readonly expiresAt: number | undefined; readonly since: number } | undefined

  constructor(name: string, refresh: () => Promise<unknown>) {
    this.#refresh = element(
      'button',
      { type: 'button', className: 'small', onclick: () => void this.#try(refresh) },
      'Refresh now',
    )
    this.#refresh.setAttribute('aria-label', `Refresh now, session ${name}`)
    const title = element('h4', {}, name)
    this.node = element(
      'li',
      { className: 'session' },
      element('div', { className: 'session-line' }, title, this.#state, this.#left, this.#refresh),
      this.#bar,
      this.#said,
      this.#facts,
      this.#more,
    )
  }

  /** `renewedAt`: when the token was stored, if that is known; the bar was full then. */
  show(view: SessionView, now: number, renewedAt: number | undefined, still: boolean): void {
    const before = this.#view
    this.#view = view
    this.node.dataset['mood'] = moodOf(view)
    write(this.#state, view.refreshing ? 'refreshing' : stateOf(view))
    if (view.epoch !== before?.epoch || view.state !== before.state) this.#hasNothing = false
    this.#refresh.hidden = view.state !== 'active' || this.#hasNothing
    if (view.state !== before?.state || view.reason !== before.reason) this.#said.hidden = true
    this.#facts.replaceChildren(...terms({ account: view.account, scope: view.scope, 'token type': view.tokenType }))
    this.#facts.hidden = this.#facts.childElementCount === 0
    if (JSON.stringify(view.claims) !== JSON.stringify(before?.claims) || !before)
      this.#claims.replaceChildren(...terms(view.claims ?? {}, now))
    this.#more.hidden = this.#claims.childElementCount === 0
    this.#bar.hidden = view.state !== 'active' || view.expiresAt === undefined
    this.#burn(view.state === 'active' ? view.expiresAt : undefined, now, renewedAt, still)
    this.tick(now)
  }

  /** Writes what is left, once a second: a text of fixed place, no layout around it. */
  tick(now: number): void {
    const { state, expiresAt, retryAt } = this.#view ?? {}
    const retry =
      retryAt !== undefined && retryAt > now
        ? `, next try ${Number.isFinite(retryAt) ? `in ${span(retryAt - now)}` : 'when the app calls refresh() or signs in'}`
        : ''
    if (state !== 'active') return write(this.#left, '')
    if (expiresAt === undefined) return write(this.#left, `no expiry known${retry}`)
    write(
      this.#left,
      (expiresAt > now ? `${span(expiresAt - now)} left` : 'expired, refreshed with the next request') + retry,
    )
  }

  /** The bar runs down by itself, on the compositor: no script and no layout while it does. */
  #burn(expiresAt: number | undefined, now: number, renewedAt: number | undefined, still: boolean): void {
    if (this.#burning && this.#burning.expiresAt === expiresAt) return
    const since = renewedAt !== undefined && renewedAt < now ? renewedAt : now
    this.#burning = { expiresAt, since }
    for (const animation of this.#fill.getAnimations()) animation.cancel()
    if (expiresAt === undefined || expiresAt <= now) return
    const left = expiresAt - now
    this.#fill.animate([{ transform: `scaleX(${left / (expiresAt - since)})` }, { transform: 'scaleX(0)' }], {
      duration: left,
      easing: still ? `steps(${Math.min(10, Math.max(1, Math.round(left / 5000)))})` : 'linear',
    })
  }

  async #try(refresh: () => Promise<unknown>): Promise<void> {
    this.#refresh.ariaBusy = 'true'
    const error = await refresh().then(
      () => undefined,
      (error: BearerWorkerError) => error,
    )
    this.#refresh.ariaBusy = 'false'
    this.#hasNothing = error?.code === 'signed-out'
    if (this.#hasNothing) this.#refresh.hidden = true
    const problem = error?.message ?? ''
    write(this.#said, problem)
    this.#said.hidden = problem === ''
  }
}

/** Claims that are seconds since 1970. @see https://www.rfc-editor.org/rfc/rfc7519#section-4.1 */
const TIMES = ['exp', 'iat', 'nbf', 'auth_time']

function terms(facts: Readonly<Record<string, unknown>>, now?: number): HTMLElement[] {
  return Object.entries(facts).flatMap(([name, value]) => {
    if (value === undefined) return []
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    const isTime = now !== undefined && TIMES.includes(name) && typeof value === 'number' && value < 1e11
    return [
      element(
        'div',
        {},
        element('dt', {}, name),
        element('dd', {}, isTime ? `${text} (${new Date(value * 1000).toLocaleString('en-GB')})` : text),
      ),
    ]
  })
}
