/** The card of the first tab: signs in, loads and changes lighthouses. */
import * as app from './app.js'
import { attempt, element, on, part, result } from './dom.js'
import { SessionLine } from './session-line.js'
import { showSquares } from './squares.js'
import { expireNow } from './store.js'

const { bearerWorker } = window
const card = document.querySelector('#lighthouses')
const form = card.querySelector('form')
const body = card.querySelector('tbody')
/** How many requests each tab sends at once. */
const MANY = 25

/** Returns what the steps and the misfortunes use. */
export function setUpLighthouses() {
  const line = new SessionLine(card, 'lighthouses')
  const actions = { signIn, load, revoke, expire, loadInBothTabs }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    attempt(card, event.submitter ?? form.querySelector('.primary'), signIn)
  })
  on(card, 'load', load)
  on(card, 'revoke', revoke)
  on(card, 'expire', expire)
  on(card, 'load-50', async () => (await loadInBothTabs()).words)
  on(card, 'sign-out', async () => {
    await bearerWorker.signOut('lighthouses')
    return 'Signed out, in both tabs.'
  })
  body.addEventListener('click', ({ target }) => {
    const toggle = target.closest('[role=switch]')
    if (toggle) attempt(card, toggle, () => switchLamp(toggle))
  })

  bearerWorker.subscribe(() => show(line))
  bearerWorker.ready.then(
    () => show(line),
    () => {},
  )
  return actions
}

async function signIn() {
  const { email, password } = Object.fromEntries(new FormData(form))
  const answer = await app.signIn(email, password)
  const seen = part(card, 'seen')
  seen.querySelector('code').textContent = JSON.stringify(answer)
  seen.hidden = false
  return load()
}

async function load() {
  const rows = await app.loadLighthouses()
  showRows(rows)
  return `${rows.length} lighthouses.`
}

async function revoke() {
  await app.revoke('lighthouses')
  return 'Revoked: the server refuses this token from now on. Now load.'
}

async function expire() {
  await expireNow('lighthouses')
  const { bearerWorker: inSecondTab } = await secondTab()
  await Promise.all([bearerWorker.session('lighthouses'), inSecondTab.session('lighthouses')])
  return 'Expired. The next request waits for a new token.'
}

/** Loads in this tab and in the second one at the same time, and counts the refreshes meanwhile. */
async function loadInBothTabs() {
  const other = await secondTab()
  const refreshes = []
  const count = ({ detail }) => detail.session === 'lighthouses' && refreshes.push(detail)
  bearerWorker.addEventListener('refresh', count)
  const since = Date.now()
  const requests = Array.from({ length: MANY }, () => app.loadLighthouses())
  showSquares(part(card, 'squares'), requests)
  const [answers, others] = await Promise.all([Promise.all(requests), other.loadMany(MANY)])
  const took = Date.now() - since
  await bearerWorker.history() // its reply comes after the events
  await new Promise((resolve) => setTimeout(resolve, 300))
  bearerWorker.removeEventListener('refresh', count)
  showRows(answers.at(-1))
  const all = answers.length + others.length
  const words = `${all} requests from two tabs, ${all} answers in ${took} ms, ${countOf(refreshes.length)}.`
  return { refreshes: refreshes.length, words }
}

const countOf = (refreshes) => (refreshes === 1 ? 'one refresh' : `${refreshes || 'no'} refreshes`)

/** The window of the second tab, once its script has started. */
export function secondTab() {
  const frame = document.querySelector('#second-tab')
  const { contentWindow } = frame
  if (contentWindow.loadMany) return contentWindow
  return new Promise((resolve) => frame.addEventListener('started', () => resolve(frame.contentWindow), { once: true }))
}

// The session

let before
function show(line) {
  const view = bearerWorker.snapshot('lighthouses')
  if (!view) return
  const hadFocus = card.contains(document.activeElement)
  const active = view.state === 'active'
  line.show()
  const note = part(card, 'note')
  note.hidden = active || !view.reason
  note.textContent = note.hidden ? '' : `The server ended this session (${view.reason}). Please sign in again.`
  if (!active) {
    part(card, 'table').hidden = true
    part(card, 'squares').replaceChildren()
    if (before?.state === 'active') result(card, '')
  }
  if (hadFocus && !document.activeElement.checkVisibility())
    card.querySelector(active ? '[data-do=load]' : 'form .primary').focus()
  if (active && !before) attempt(card, card.querySelector('[data-do=load]'), load)
  before = view
}

// The table

function showRows(rows) {
  part(card, 'table').hidden = false
  for (const row of rows) {
    const known = body.querySelector(`[data-id="${row.id}"]`)
    if (known) showRow(known, row)
    else body.append(newRow(row))
  }
}

function newRow(row) {
  const line = element(
    'tr',
    {},
    element('td', {}, element('img', { alt: '', width: 40, height: 40 })),
    element('th', { scope: 'row' }, row.Name, element('small', {}, row.Country)),
    element('td', { className: 'number' }, `${row.Height} m`),
    element(
      'td',
      { className: 'switch' },
      element('button', { type: 'button', role: 'switch', ariaLabel: `${row.Name} is lit` }),
    ),
  )
  line.dataset.id = row.id
  showRow(line, row)
  return line
}

function showRow(line, row) {
  line.querySelector('[role=switch]').ariaChecked = String(row.Lit)
  const picture = line.querySelector('img')
  if (picture.src !== app.pictureOf(row)) picture.src = app.pictureOf(row)
}

async function switchLamp(toggle) {
  const line = toggle.closest('tr')
  const row = await app.setLit(Number(line.dataset.id), toggle.ariaChecked !== 'true')
  showRow(line, row)
  return `${row.Name} is ${row.Lit ? 'lit' : 'dark'}.`
}
