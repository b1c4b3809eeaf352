/** The second tab: the same app again. In the demo it stands in a frame, and works as a real tab too. */
import * as app from './app.js'
import { element, on, part, result } from './dom.js'
import { SessionLine } from './session-line.js'
import { showSquares } from './squares.js'

const { bearerWorker } = window
const card = document.querySelector('main')
const line = new SessionLine(card, 'lighthouses')
// The name of the parameter tells the two tabs apart in the history of the worker.
const load = () => app.loadLighthouses('&second-tab=1')

bearerWorker.subscribe(show)
bearerWorker.ready.then(show)
on(card, 'load', async () => showPictures(await load()))
on(card, 'sign-out', () => bearerWorker.signOut('lighthouses'))

/** The first tab calls it. */
window.loadMany = async (count) => {
  const requests = Array.from({ length: count }, load)
  showSquares(part(card, 'squares'), requests)
  const answers = await Promise.all(requests)
  result(card, `${count} requests, ${count} answers.`)
  showPictures(answers.at(-1))
  return answers
}

let wasActive = false
function show() {
  line.show()
  const active = bearerWorker.snapshot('lighthouses')?.state === 'active'
  if (active && !wasActive) load().then(showPictures, () => {}) // the line above shows what is wrong
  if (!active && wasActive) {
    result(card, '')
    part(card, 'squares').replaceChildren()
    part(card, 'pictures').hidden = true
  }
  wasActive = active
}

function showPictures(rows) {
  const list = part(card, 'pictures')
  list.hidden = false
  list.replaceChildren(
    ...rows.map((row) =>
      element(
        'li',
        {},
        element('img', { src: `${app.pictureOf(row)}&second-tab=1`, alt: '', width: 40, height: 40 }),
        row.Name,
      ),
    ),
  )
}

const frame = window.frameElement
frame?.dispatchEvent(new Event('started'))
// In the frame: as high as its content.
if (frame) new ResizeObserver(() => (frame.height = document.documentElement.offsetHeight)).observe(document.body)
