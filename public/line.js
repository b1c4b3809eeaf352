/** The diagram: tabs, worker and API, and a dot for each request that went along it. */
import { vault } from './app.js'

const ways = document.querySelector('#ways')
const still = matchMedia('(prefers-reduced-motion: reduce)')

/** In percent of the width, and in px from the top. */
const places = {
  'tab-1': { x: '0%', y: 14 },
  'tab-2': { x: '0%', y: 42 },
  worker: { x: '50%', y: 28 },
  api: { x: '100%', y: 28 },
}
/** In ms: from one place to the next. */
const STEP = 220
const MOST_DOTS = 40
let moving = 0

/** A request goes from its tab to the API and back; a replayed one turns round at the worker and goes once more. */
export function move({ kind, outcome, url }, mood) {
  if (document.hidden || still.matches || moving >= MOST_DOTS) return
  const tab = url.includes('second-tab') ? 'tab-2' : 'tab-1'
  const again = outcome === 'replayed' ? ['api', 'worker'] : []
  const stops = kind === 'refresh' ? ['worker', 'api', 'worker'] : [tab, 'worker', ...again, 'api', 'worker', tab]
  const dot = document.createElement('i')
  dot.className = 'dot'
  dot.dataset.mood = mood
  dot.dataset.kind = kind
  ways.append(dot)
  moving++
  const run = dot.animate(
    stops.map((stop) => ({ transform: `translate(${places[stop].x}, ${places[stop].y}px)` })),
    { duration: (stops.length - 1) * STEP, delay: moving * 30, easing: 'linear', fill: 'backwards' },
  )
  run.finished.finally(() => {
    moving--
    dot.remove()
  })
}

const note = document.querySelector('#worker-note')
/** What the worker keeps. */
const keeps = vault ? 'has access tokens' : 'has the tokens'
note.textContent = keeps

/** The worker says that it refreshes while it does. Returns whether that is new. */
export function showWorker(refreshing) {
  const before = ways.classList.contains('refreshing')
  ways.classList.toggle('refreshing', refreshing)
  note.textContent = refreshing ? 'refreshes once' : keeps
  return before !== refreshing
}
