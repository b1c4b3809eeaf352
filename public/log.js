/** The log and the line: what the worker did, in words and in motion. */
const list = document.querySelector('#log')
const empty = document.querySelector('#log-empty')
const story = document.querySelector('#story')
const track = document.querySelector('#track')

const outcomes = {
  sent: { stamp: 'sent', mood: 'good', words: 'got the token and went out' },
  'refreshed-first': { stamp: 'refreshed first', mood: 'turn', words: 'waited for a new token, then went out' },
  replayed: { stamp: 'replayed', mood: 'turn', words: 'was refused, so the token was renewed and it was sent again' },
  refused: { stamp: 'refused', mood: 'bad', words: 'was refused, and this page got that answer' },
  untouched: { stamp: 'no token', mood: 'plain', words: 'went out without a token: there is none' },
  failed: { stamp: 'failed', mood: 'bad', words: 'did not reach the server' },
}
const refreshes = {
  success: { stamp: 'new token', mood: 'turn', words: 'The worker renewed the token.' },
  'for-now': { stamp: 'failed for now', mood: 'bad', words: 'A refresh failed for now. The session is kept.' },
  ended: { stamp: 'ended', mood: 'bad', words: 'The server ended the session.' },
}

const most = 60
const groups = []
let moving = 0

/** Adds an entry. Equal entries in a row share one line with a count. */
export function record(entry, { quietly = false } = {}) {
  const path = new URL(entry.url, location.href).pathname.replace(/\d+\.svg$/, '*.svg')
  const known = (entry.kind === 'refresh' ? refreshes : outcomes)[entry.outcome]
  const look = known ?? { stamp: entry.outcome.replaceAll('-', ' '), mood: 'plain', words: `: ${entry.outcome}` }
  const key = [entry.kind, entry.session, entry.method, path, entry.outcome, entry.status].join(' ')

  let group = groups.slice(0, 6).find((one) => one.key === key && Math.abs(one.at - entry.at) < 1500)
  if (group) {
    group.count++
    group.slowest = Math.max(group.slowest, entry.durationMs)
    show(group)
  } else {
    group = { key, at: entry.at, count: 1, slowest: entry.durationMs, line: newLine(entry, path, look) }
    groups.unshift(group)
    list.prepend(group.line)
    show(group)
    if (groups.length > most) groups.pop().line.remove()
    list.hidden = false
    empty.hidden = true
  }

  if (quietly) return
  if (entry.kind === 'refresh') tell(look.words)
  else tell(`${entry.method} ${path}${group.count > 1 ? ` ×${group.count}` : ''} ${look.words}.`)
  move(entry, look.mood)
}

let next
/** Announces at most one thing at a time, so that a screen reader can keep up. */
export function tell(words) {
  clearTimeout(next)
  next = setTimeout(() => (story.textContent = words), 120)
}

function newLine(entry, path, look) {
  const line = document.createElement('li')
  line.dataset.mood = look.mood
  line.innerHTML =
    '<time></time><b></b><span class="what"><span class="method"></span> <span class="path"></span></span><span class="numbers"></span>'
  const time = new Date(entry.at)
  line.querySelector('time').dateTime = time.toISOString()
  line.querySelector('time').textContent = time.toLocaleTimeString('en-GB')
  line.querySelector('b').textContent = look.stamp
  line.querySelector('.method').textContent = entry.method
  line.querySelector('.path').textContent = path
  line.querySelector('.path').title = entry.url
  line.dataset.status = entry.status ?? ''
  return line
}

function show({ line, count, slowest }) {
  const numbers = [count > 1 && `×${count}`, line.dataset.status, `${Math.round(slowest)} ms`]
  line.querySelector('.numbers').textContent = numbers.filter(Boolean).join(' · ')
}

function stopsOf({ kind, outcome }) {
  const [page, worker, api] = ['0%', '50%', '100%']
  if (kind === 'refresh') return [worker, api, worker]
  return outcome === 'replayed' ? [page, worker, api, worker, api, worker, page] : [page, worker, api, worker, page]
}

/** A dot along the line: page, worker, API and back. A replay turns round once more at the API. */
function move(entry, mood) {
  if (document.hidden || moving >= 8 || matchMedia('(prefers-reduced-motion: reduce)').matches) return
  const stops = stopsOf(entry)
  const dot = document.createElement('i')
  dot.className = 'dot'
  dot.dataset.mood = mood
  track.append(dot)
  moving++
  const run = dot.animate(
    stops.map((stop) => ({ transform: `translateX(${stop})` })),
    {
      duration: stops.length * 190,
      delay: moving * 60,
      easing: 'ease-in-out',
      fill: 'backwards',
    },
  )
  run.finished.finally(() => {
    moving--
    dot.remove()
  })
}
