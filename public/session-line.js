/** Who is signed in, and how long the access token is still good: a line and a bar. */
import { lifetimeSeconds } from './app.js'
import { part } from './dom.js'

export class SessionLine {
  #card
  #name
  #renewed = 0
  #until

  constructor(card, name) {
    this.#card = card
    this.#name = name
    window.bearerWorker.addEventListener('refresh', ({ detail }) => {
      if (detail.session !== name || detail.outcome !== 'success') return
      this.#renewed++
      this.show()
    })
    setInterval(() => this.#showTime(), 1000)
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) return
      this.#until = undefined // the device may have slept
      this.show()
    })
  }

  /** Shows the parts of the card that are for this state. */
  show() {
    const view = window.bearerWorker.snapshot(this.#name)
    if (!view) return
    const active = view.state === 'active'
    part(this.#card, 'session').hidden = !active
    part(this.#card, 'signed-in').hidden = !active
    part(this.#card, 'signed-out').hidden = active
    if (!active) return
    part(this.#card, 'who').textContent = view.claims?.name ?? 'Signed in'
    part(this.#card, 'renewed').textContent =
      this.#renewed === 0 ? 'Not refreshed yet' : `Refreshed ${times(this.#renewed)}`
    if (this.#until !== view.expiresAt) this.#run(view.expiresAt)
    this.#showTime()
  }

  /** The bar runs down as an animation: no script while it does. */
  #run(expiresAt) {
    this.#until = expiresAt
    const bar = part(this.#card, 'bar')
    for (const animation of bar.getAnimations()) animation.cancel()
    const left = Math.max(0, (expiresAt ?? 0) - Date.now())
    const full = Math.min(1, left / (lifetimeSeconds * 1000))
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches
    bar.animate([{ transform: `scaleX(${full})` }, { transform: 'scaleX(0)' }], {
      duration: left,
      fill: 'forwards',
      easing: still ? `steps(${Math.max(1, Math.round(left / 5000))})` : 'linear',
    })
  }

  #showTime() {
    const view = window.bearerWorker.snapshot(this.#name)
    if (view?.state !== 'active') return
    const seconds = Math.ceil(((view.expiresAt ?? 0) - Date.now()) / 1000)
    part(this.#card, 'left').textContent = timeLeft(view, seconds)
    part(this.#card, 'session').classList.toggle('low', seconds <= lifetimeSeconds / 4)
  }
}

function timeLeft({ refreshing, retryAt, expiresAt }, seconds) {
  if (refreshing) return 'refreshing the token …'
  if (retryAt > Date.now()) return `no new token yet, next try in ${Math.ceil((retryAt - Date.now()) / 1000)} s`
  if (expiresAt === undefined) return 'token without an expiry'
  return seconds > 0 ? `token good for ${seconds} s` : 'token expired, refreshed with the next request'
}

const times = (count) => (count === 1 ? 'once' : `${count} times`)
