/** The log: what the worker did, in words. Equal entries share one line with a count. */
import { element } from './dom.js'
import { move } from './line.js'

const list = document.querySelector('#log')
const legend = document.querySelector('#log-legend')
const story = document.querySelector('#story')

const outcomes = {
  sent: 'was sent with the token.',
  'refreshed-first': 'waited for a new token, then was sent.',
  replayed: 'was refused, so the worker refreshed the token and sent it again.',
  refused: 'was refused, and the page got that answer.',
  untouched: 'was sent without a token: nobody is signed in.',
  captured: 'was a sign-in: the worker took the tokens out of the answer.',
  failed: 'got no answer.',
}
const refreshes = {
  success: 'The worker got a new token, for all tabs.',
  'for-now': 'A refresh failed for now. The session stays.',
  ended: 'The server ended the session.',
}

const most = 60
const groups = []

/** Adds an entry. Equal entries of about the same moment share one line. */
export function record(entry, { quietly = false } = {}) {
  const path = new URL(entry.url, location.href).pathname.replace(/\d+\.svg$/, '*.svg')
  const { kind, session, method, outcome, status, refusedStatus } = entry
  const mood = moodOf(entry)
  const key = [kind, session, method, path, outcome, status, refusedStatus].join(' ')
  let group = groups.slice(0, 6).find((one) => one.key === key && Math.abs(one.at - entry.at) < 1500)
  if (!group) {
    group = { key, at: entry.at, counts: { 1: 0, 2: 0 }, slowest: 0, line: newLine(entry, path, mood) }
    groups.unshift(group)
    list.prepend(group.line)
    if (groups.length > most) groups.pop().line.remove()
    list.hidden = false
    legend.hidden = true
  }
  group.counts[entry.url.includes('second-tab') ? 2 : 1]++
  group.slowest = Math.max(group.slowest, entry.durationMs)
  const count = group.counts[1] + group.counts[2]
  group.line.querySelector('.numbers').textContent = numbersOf(group, count, kind)

  if (quietly) return
  const words = kind === 'refresh' ? refreshes[outcome] : outcomes[outcome]
  if (kind === 'refresh') tell(words ?? `Refresh: ${outcome}.`)
  else tell(`${method} ${path}${count > 1 ? ` ×${count}` : ''} ${words ?? outcome}`)
  move(entry, mood)
}

let next
/** Announces at most one thing at a time, so that a screen reader can keep up. */
export function tell(words) {
  clearTimeout(next)
  next = setTimeout(() => (story.textContent = words), 120)
}

/** By the status of the answer; a refresh stands out. */
function moodOf({ kind, outcome, status }) {
  if (kind === 'refresh') return outcome === 'success' ? 'turn' : 'bad'
  if (outcome === 'failed' || status >= 400) return 'bad'
  return status === undefined ? 'plain' : 'good'
}

function statusOf({ kind, outcome, status, refusedStatus }) {
  if (kind === 'refresh') return outcome === 'success' ? 'new token' : `refresh ${status ?? 'lost'}`
  if (outcome === 'failed') return 'no answer'
  const last = status ?? 'opaque'
  return outcome === 'replayed' ? `${refusedStatus ?? 'refused'} → ${last}` : `${last}`
}

function newLine(entry, path, mood) {
  const time = new Date(entry.at)
  const line = element(
    'li',
    {},
    element('time', { dateTime: time.toISOString() }, time.toLocaleTimeString('en-GB')),
    element('b', {}, statusOf(entry)),
    element('span', { className: 'numbers' }),
    element(
      'span',
      { className: 'what' },
      element('span', { className: 'method' }, entry.method),
      ' ',
      element('span', { className: 'path', title: entry.url }, path),
    ),
  )
  line.dataset.mood = mood
  return line
}

/** How many requests, of which tab, and how long the slowest took. */
function numbersOf({ counts, slowest }, count, kind) {
  const took = `${Math.round(slowest)} ms`
  if (kind === 'refresh') return took
  const tabs = [1, 2].filter((tab) => counts[tab] > 0).map((tab) => `tab ${tab}${count > 1 ? ` ×${counts[tab]}` : ''}`)
  return [...tabs, took].join(' · ')
}
