/** The card of the second session: OAuth 2.0, with a sign-in at the server's own page. */
import * as app from './app.js'
import { attempt, element, on, part, result } from './dom.js'
import { SessionLine } from './session-line.js'

const { bearerWorker } = window
const card = document.querySelector('#logbook')

export function setUpLogbook() {
  const line = new SessionLine(card, 'logbook')
  card.querySelector('form').addEventListener('submit', (event) => {
    event.preventDefault()
    attempt(card, event.submitter, async () => {
      await app.signInToLogbook()
      return load()
    })
  })
  on(card, 'sign-in-there', app.signInAtKeepersId)
  on(card, 'load', load)
  on(card, 'revoke', async () => {
    await app.revoke('logbook')
    return 'Revoked: the server refuses this token from now on. Now load.'
  })
  on(card, 'sign-out', async () => {
    await bearerWorker.signOut('logbook')
    return 'Signed out, in every tab.'
  })
  bearerWorker.subscribe(() => show(line))
  bearerWorker.ready.then(
    () => show(line),
    () => {},
  )
}

async function load() {
  const entries = await app.loadLogbook()
  const list = part(card, 'table')
  list.hidden = false
  list.replaceChildren(
    ...entries.map(({ date, entry }) => element('li', {}, element('time', { dateTime: date }, date), ` ${entry}`)),
  )
  return `${entries.length} entries.`
}

let before
function show(line) {
  const view = bearerWorker.snapshot('logbook')
  if (!view) return
  const hadFocus = card.contains(document.activeElement)
  const active = view.state === 'active'
  line.show()
  const note = part(card, 'note')
  note.hidden = active || !view.reason
  note.textContent = note.hidden ? '' : reasonFor(view)
  if (!active) part(card, 'table').hidden = true
  if (!active && before?.state === 'active') result(card, '')
  if (hadFocus && !document.activeElement.checkVisibility())
    card.querySelector(active ? '[data-do=load]' : 'form .primary').focus()
  // A vault may say only later that the user is back from the server. The form loads by itself.
  const isSigningIn = card.querySelector('form .primary').ariaBusy === 'true'
  if (active && before?.state !== 'active' && !isSigningIn) attempt(card, card.querySelector('[data-do=load]'), load)
  before = view
}

function reasonFor({ state, reason }) {
  if (state === 'ended') return `The server ended this session (${reason}). Please sign in again.`
  return reason === 'access_denied' ? 'You cancelled the sign-in.' : `The sign-in failed (${reason}).`
}
