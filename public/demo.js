/** The first tab of the demo: it starts the parts of the page. The requests are in app.js. */
import { lifetimeSeconds } from './app.js'
import { setUpAttacks } from './attack-panel.js'
import { showCode } from './code.js'
import { part } from './dom.js'
import { setUpLighthouses } from './lighthouses.js'
import { showWorker } from './line.js'
import { record, tell } from './log.js'
import { setUpLogbook } from './logbook.js'
import { setUpMisfortunes } from './misfortunes.js'
import { setUpSteps } from './steps.js'
import { search, watch } from './token-check.js'
import { setUpSwitch } from './vault-switch.js'

const { bearerWorker } = window

for (const place of document.querySelectorAll('[data-lifetime]')) place.textContent = lifetimeSeconds
setUpTheme()
showCode()
setUpSwitch()
if (bearerWorker) start()
else alarm('bearer-worker.js could not be loaded. Run npm run build, then reload this page.')

function start() {
  watch(window)
  const lighthouses = setUpLighthouses()
  setUpLogbook()
  setUpSteps(lighthouses)
  setUpMisfortunes(lighthouses)
  void setUpAttacks()
  setUpCheck()

  bearerWorker.addEventListener('request', ({ detail }) => record(detail))
  bearerWorker.addEventListener('refresh', ({ detail }) => record(detail))
  bearerWorker.subscribe(() => {
    const refreshing = bearerWorker.snapshot('lighthouses')?.refreshing === true
    if (showWorker(refreshing) && refreshing) tell('The worker refreshes the token. The requests of all tabs wait.')
  })
  bearerWorker.ready.then(
    (where) => {
      if (where === 'page') document.querySelector('#worker-note').textContent = 'runs in this page'
      void showEarlier()
    },
    (error) => alarm(`${error.code}: ${error.message}`),
  )
}

/** The entries from before this page was opened; later ones arrive as events. */
async function showEarlier() {
  for (const entry of await bearerWorker.history()) {
    if (entry.at < performance.timeOrigin) record(entry, { quietly: true })
  }
}

/** The live line of tokens: searched again after each change of a session and after each request. */
function setUpCheck() {
  const box = document.querySelector('#check')
  let waiting
  const check = async () => {
    const { inPage, inStore, searched } = await search()
    part(box, 'in-page').textContent = inPage
    part(box, 'in-store').textContent = inStore
    part(box, 'searched').title = `${searched} texts searched`
    box.dataset.mood = inPage === 0 ? 'good' : 'bad'
  }
  const soon = () => {
    clearTimeout(waiting)
    waiting = setTimeout(check, 300)
  }
  for (const type of ['sessionchange', 'request', 'refresh']) bearerWorker.addEventListener(type, soon)
  box.querySelector('[data-do="check"]').addEventListener('click', check)
  soon()
}

function alarm(words) {
  const line = document.querySelector('#alarm')
  line.textContent = words
  line.hidden = false
  tell('Something is wrong, see below.')
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
