/** The user interface: cards, the countdown, the log and the line. The requests are in app.js. */
import * as app from './app.js'
import { record, tell } from './log.js'

const { bearerWorker } = window
const cards = { lighthouses: document.querySelector('#lighthouses'), logbook: document.querySelector('#logbook') }
const renewed = { lighthouses: 0, logbook: 0 }
const views = {}
const load = {}

for (const place of document.querySelectorAll('[data-lifetime]')) place.textContent = app.lifetimeSeconds

setUpTheme()
if (bearerWorker) start()
else alarm('bearer-worker.js could not be loaded. Run npm run build, then reload this page.')

function start() {
  setUpLighthouses()
  setUpLogbook()

  bearerWorker.subscribe(showSessions)
  bearerWorker.addEventListener('request', ({ detail }) => record(detail))
  bearerWorker.addEventListener('refresh', ({ detail }) => {
    record(detail)
    if (detail.outcome !== 'success') return
    renewed[detail.session]++
    showRenewed(detail.session)
  })
  bearerWorker.ready.then(
    (where) => {
      if (where === 'page') document.querySelector('#worker-note').textContent = 'in this page'
      showSessions()
      showEarlier()
    },
    (error) => alarm(`${error.code}: ${error.message}`),
  )
  setInterval(showTimes, 1000)
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return
    for (const oil of document.querySelectorAll('[data-oil]')) delete oil.dataset.until // the device may have slept
    showSessions()
  })
}

/** The entries from before this page was opened; later ones arrive as events. */
async function showEarlier() {
  for (const entry of await bearerWorker.history()) {
    if (entry.at < performance.timeOrigin) record(entry, { quietly: true })
  }
}

// The cards

function setUpLighthouses() {
  const card = cards.lighthouses
  const body = card.querySelector('tbody')
  part(card, 'code').textContent = [app.send, app.loadLighthouses, app.setLit, app.pictureOf, app.signIn].join('\n\n')

  card.querySelector('form').addEventListener('submit', (event) => {
    event.preventDefault()
    const { email, password } = Object.fromEntries(new FormData(event.target))
    attempt(card, event.submitter, async () => {
      const answer = await app.signIn(email, password)
      const seen = part(card, 'seen')
      seen.querySelector('code').textContent = JSON.stringify(answer)
      seen.hidden = false
      return load.lighthouses()
    })
  })

  load.lighthouses = async () => {
    const rows = await app.loadLighthouses()
    showRows(body, rows)
    part(card, 'table').hidden = rows.length === 0
    return rows.length === 0 ? 'The table is empty.' : `${rows.length} lighthouses.`
  }

  on(card, 'load', load.lighthouses)
  on(card, 'load-50', async () => {
    const since = Date.now()
    const answers = await Promise.all(Array.from({ length: 50 }, app.loadLighthouses))
    const took = Date.now() - since
    showRows(body, answers.at(-1))
    part(card, 'table').hidden = answers.at(-1).length === 0
    const isMeant = ({ kind, session, at, durationMs }) =>
      kind === 'refresh' && session === 'lighthouses' && at + durationMs >= since
    const refreshes = (await bearerWorker.history()).filter(isMeant).length
    return `50 requests, 50 answers in ${took} ms, ${refreshes === 1 ? 'one refresh' : `${refreshes || 'no'} refreshes`}.`
  })
  on(card, 'revoke', async () => {
    await app.revoke('lighthouses')
    return 'Revoked: the server refuses this token from now on. Load, and see.'
  })
  on(card, 'sign-out', () => signOut('lighthouses'))

  body.addEventListener('click', ({ target }) => {
    const toggle = target.closest('[role=switch]')
    if (!toggle) return
    attempt(card, toggle, async () => {
      const row = await app.setLit(Number(toggle.closest('tr').dataset.id), toggle.ariaChecked !== 'true')
      showRow(toggle.closest('tr'), row)
      return `${row.Name} is ${row.Lit ? 'lit' : 'dark'}.`
    })
  })
}

function setUpLogbook() {
  const card = cards.logbook
  card.querySelector('form').addEventListener('submit', (event) => {
    event.preventDefault()
    attempt(card, event.submitter, async () => {
      await app.signInToLogbook()
      return load.logbook()
    })
  })
  on(card, 'sign-in-there', async () => {
    await app.signInAtKeepersId()
    return 'Off to Keepers’ ID.'
  })
  load.logbook = async () => {
    const entries = await app.loadLogbook()
    const list = part(card, 'table')
    list.hidden = entries.length === 0
    list.replaceChildren(
      ...entries.map(({ date, entry }) => element('li', {}, element('time', { dateTime: date }, date), ` ${entry}`)),
    )
    return entries.length === 0 ? 'The log book is empty.' : `${entries.length} entries.`
  }
  on(card, 'load', load.logbook)
  on(card, 'revoke', async () => {
    await app.revoke('logbook')
    return 'Revoked: the server refuses this token from now on. Load, and see.'
  })
  on(card, 'sign-out', () => signOut('logbook'))
}

async function signOut(name) {
  await bearerWorker.signOut(name)
  return 'Signed out, in every tab.'
}

function showRows(body, rows) {
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

// The sessions

function showSessions() {
  for (const [name, card] of Object.entries(cards)) {
    const view = bearerWorker.snapshot(name)
    if (!view) continue
    const before = views[name]
    views[name] = view
    const active = view.state === 'active'
    const hadFocus = card.contains(document.activeElement)
    part(card, 'session').hidden = !active
    part(card, 'signed-in').hidden = !active
    part(card, 'signed-out').hidden = active
    if (!active) part(card, 'table').hidden = true
    const note = part(card, 'note')
    note.hidden = active || !view.reason
    note.textContent = note.hidden ? '' : reasonFor(view)
    if (active) showSession(name, card, view)
    else if (before?.state === 'active') result(card, '')
    if (hadFocus && !document.activeElement.checkVisibility())
      card.querySelector(active ? '[data-do=load]' : 'form .primary').focus()
    if (active && !before) attempt(card, card.querySelector('[data-do=load]'), load[name])
  }
}

function reasonFor({ state, reason }) {
  if (state === 'ended') return `The server ended this session (${reason}). Please sign in again.`
  return reason === 'access_denied' ? 'You cancelled the sign-in.' : `The sign-in failed (${reason}).`
}

function showSession(name, card, view) {
  part(card, 'who').textContent = view.claims?.name ?? 'Signed in'
  const oil = part(card, 'oil')
  if (oil.dataset.until !== String(view.expiresAt)) burn(oil, view.expiresAt)
  showTimes()
  showRenewed(name)
}

/** An animation shrinks the bar until the token expires. */
function burn(oil, expiresAt) {
  oil.dataset.until = String(expiresAt)
  for (const animation of oil.getAnimations()) animation.cancel()
  const left = expiresAt === undefined ? 0 : Math.max(0, expiresAt - Date.now())
  const full = Math.min(1, left / (app.lifetimeSeconds * 1000))
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches
  oil.animate([{ transform: `scaleX(${full})` }, { transform: 'scaleX(0)' }], {
    duration: left,
    fill: 'forwards',
    easing: still ? `steps(${Math.max(1, Math.round(left / 5000))})` : 'linear',
  })
}

function showTimes() {
  for (const [name, card] of Object.entries(cards)) {
    const view = views[name]
    if (view?.state !== 'active') continue
    const seconds = Math.ceil(((view.expiresAt ?? 0) - Date.now()) / 1000)
    const left = part(card, 'left')
    left.textContent = timeLeft(view, seconds)
    part(card, 'session').classList.toggle('low', seconds <= app.lifetimeSeconds / 4)
  }
}

function timeLeft({ refreshing, retryAt, expiresAt }, seconds) {
  if (refreshing) return 'renewing the token …'
  if (retryAt > Date.now()) return `server out of reach, next try in ${Math.ceil((retryAt - Date.now()) / 1000)} s`
  if (expiresAt === undefined) return 'token without an expiry'
  return seconds > 0 ? `token good for ${seconds} s` : 'token expired, renewed when it is needed'
}

function showRenewed(name) {
  const times = renewed[name]
  part(cards[name], 'renewed').textContent =
    times === 0 ? 'Not renewed yet' : `Renewed ${times === 1 ? 'once' : `${times} times`} so far`
}

// Small parts

function part(card, name) {
  return card.querySelector(`[data-${name}]`)
}

function on(card, action, work) {
  const button = card.querySelector(`[data-do="${action}"]`)
  button.addEventListener('click', () => attempt(card, button, work))
}

async function attempt(card, button, work) {
  if (button.ariaBusy === 'true') return
  button.ariaBusy = 'true'
  try {
    const words = await work()
    if (words) result(card, words)
  } catch (error) {
    if (views[card.id]?.state === 'ended') return // the card says so itself
    const unreachable = error instanceof TypeError
    result(
      card,
      unreachable ? 'The server did not answer. Is npm start still running? You stay signed in.' : error.message,
      'bad',
    )
  } finally {
    button.ariaBusy = null
  }
}

function result(card, words, mood = 'good') {
  const line = part(card, 'result')
  line.textContent = words
  line.dataset.mood = mood
}

function alarm(words) {
  const line = document.querySelector('#alarm')
  line.textContent = words
  line.hidden = false
  tell('Something is in the way, see below.')
}

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children)
  return made
}

function setUpTheme() {
  const button = document.querySelector('#theme')
  const root = document.documentElement
  const preference = matchMedia('(prefers-color-scheme: dark)')
  const isDark = () => (root.dataset.theme ?? (preference.matches ? 'dark' : 'light')) === 'dark'
  const show = () => (button.ariaPressed = String(isDark()))
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark'
    localStorage.setItem('theme', root.dataset.theme)
    show()
  })
  preference.addEventListener('change', show)
  show()
}
