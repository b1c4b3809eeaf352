/** The three steps: each button does its step, is ticked off when that has happened, and lights what comes next. */
import { attempt } from './dom.js'
import { tell } from './log.js'

const { bearerWorker } = window
const steps = document.querySelector('#steps')
const card = document.querySelector('#lighthouses')

/** The control of the card that does the same as the step. */
const controls = { 'sign-in': 'form .primary', revoke: '[data-do=revoke]', expire: '[data-do=load-50]' }
const done = new Set()

export function setUpSteps({ signIn, load, revoke, expire, loadInBothTabs }) {
  const works = {
    'sign-in': signIn,
    revoke: async () => {
      await revoke()
      return `Revoked, then loaded: ${await load()}`
    },
    expire: async () => {
      await expire()
      return (await loadInBothTabs()).words
    },
  }
  for (const [name, work] of Object.entries(works)) {
    const button = buttonOf(name)
    button.addEventListener('click', () => attempt(card, button, work))
  }

  // A step is done when the worker says so, whichever button was used.
  bearerWorker.subscribe(showSession)
  bearerWorker.ready.then(showSession, () => {})
  bearerWorker.addEventListener('request', ({ detail }) => {
    if (detail.session === 'lighthouses' && detail.outcome === 'replayed') tick('revoke')
    if (detail.session === 'lighthouses' && detail.outcome === 'refreshed-first' && isManyInBothTabs(detail))
      tick('expire')
  })
  show()
}

function showSession() {
  const active = bearerWorker.snapshot('lighthouses')?.state === 'active'
  for (const name of ['revoke', 'expire']) buttonOf(name).disabled = !active
  if (active) tick('sign-in')
}

/** Requests that waited for the same refresh, of both tabs. */
const waited = { first: 0, second: 0, at: 0 }
function isManyInBothTabs({ url, at }) {
  if (Math.abs(at - waited.at) > 2000) Object.assign(waited, { first: 0, second: 0, at })
  waited[url.includes('second-tab') ? 'second' : 'first']++
  return waited.first > 1 && waited.second > 1
}

function tick(name) {
  if (done.has(name)) return
  done.add(name)
  tell(`Step done: ${buttonOf(name).querySelector('b').textContent}.`)
  show()
}

function show() {
  const next = Object.keys(controls).find((name) => !done.has(name))
  for (const [name, control] of Object.entries(controls)) {
    const button = buttonOf(name)
    button.classList.toggle('done', done.has(name))
    button.classList.toggle('lit', name === next)
    button.ariaDescription = done.has(name) ? 'done' : null
    card.querySelector(control).classList.toggle('lit', name === next)
  }
  document.querySelector('#misfortunes').classList.toggle('lit', next === undefined)
}

const buttonOf = (name) => steps.querySelector(`[data-step="${name}"]`)
