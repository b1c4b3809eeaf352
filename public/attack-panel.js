/** The card in which a visitor attacks this page: three attacks to begin with, a field for others, and what each brings. */
import { servers, signInAtKeepersId, vault } from './app.js'
import { element, on, part } from './dom.js'
import { otherPage } from './vault-switch.js'

const { bearerWorker } = window
const card = document.querySelector('#attacks')
const field = card.querySelector('textarea')
const run = card.querySelector('[data-do="attack"]')

/** ms after which an attack is left alone. */
const LIMIT_MS = 15_000

const attacks = {
  'read-the-store': 'Read the store',
  'take-the-refresh-token': 'Take the refresh token',
  'sign-in-by-itself': 'Sign in by yourself',
}
/** The one that the field was filled with last. */
let chosen

export async function setUpAttacks() {
  part(card, 'choices').append(
    ...Object.entries(attacks).map(([name, title]) => {
      const button = element('button', { type: 'button', ariaPressed: 'false' }, title)
      button.dataset.attack = name
      button.addEventListener('click', () => choose(name))
      return button
    }),
  )
  on(card, 'sign-in-there', signInAtKeepersId)
  run.addEventListener('click', () => void attack())
  const other = part(card, 'other')
  other.textContent = vault ? 'Try the same without a vault' : 'Try the same with a vault'
  other.addEventListener('click', () => (other.href = otherPage(chosen)))
  bearerWorker.subscribe(show)
  bearerWorker.ready.then(show, () => {})
  show()
  const asked = new URLSearchParams(location.hash.slice(1)).get('attack')
  await choose(Object.hasOwn(attacks, asked ?? '') ? asked : 'read-the-store')
  if (asked) card.scrollIntoView()
  // What was handed over is not handed over again by a reload.
  if (location.hash.includes('=')) history.replaceState(null, '', location.pathname)
}

async function choose(name) {
  chosen = name
  for (const button of card.querySelectorAll('[data-attack]'))
    button.ariaPressed = String(button.dataset.attack === name)
  part(card, 'needs').hidden = name !== 'sign-in-by-itself'
  clear()
  field.value = (await (await fetch(`/attacks/${name}.js`)).text()).trim()
}

function show() {
  const isSignedIn = ['lighthouses', 'logbook'].some((name) => bearerWorker.snapshot(name)?.state === 'active')
  run.disabled = !isSignedIn
  part(card, 'sign-in-first').hidden = isSignedIn
}

async function attack() {
  if (run.ariaBusy === 'true') return
  run.ariaBusy = 'true'
  clear()
  const brought = []
  const words = []
  const failure = await inFrame(field.value, {
    demo: servers,
    found: (what, token) => brought.push({ what, token: String(token) }),
    say: (text) => words.push(String(text)),
  })
  if (failure) words.push(`It broke off: ${failure}`)
  tell(brought, words)
  run.ariaBusy = null
}

/** Runs code in a new frame of this origin. Resolves with why it broke off; undefined when it did not. */
async function inFrame(code, tools) {
  const frame = element('iframe', { src: '/attack.html', hidden: true, title: 'Where the attack runs' })
  document.body.append(frame)
  await new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }))
  const late = new Promise((resolve) => setTimeout(resolve, LIMIT_MS, `nothing more came within ${LIMIT_MS / 1000} s.`))
  const running = frame.contentWindow.run(code, tools).then(
    () => undefined,
    (error) => `${error.name ?? 'Error'}: ${error.message ?? error}`,
  )
  const failure = await Promise.race([running, late])
  frame.remove()
  return failure
}

function clear() {
  part(card, 'brings').hidden = true
}

function tell(brought, words) {
  const { mood, verdict } = verdictOn(brought)
  const box = part(card, 'brings')
  box.dataset.mood = mood
  part(box, 'verdict').textContent = verdict
  const unique = [...new Map(brought.map((each) => [each.token, each])).values()]
  part(box, 'list').replaceChildren(
    ...unique.map(({ what, token }) =>
      element('li', {}, element('b', {}, what), ' ', element('code', {}, short(token))),
    ),
    ...words.map((text) => element('li', {}, text)),
  )
  box.hidden = false
}

/** By the most that it brought: a refresh token is a session that can be taken away. */
function verdictOn(brought) {
  if (brought.some(({ what }) => what === 'refresh token'))
    return { mood: 'bad', verdict: 'It brings a refresh token: the attacker takes the session away, and keeps it.' }
  if (brought.length > 0)
    return {
      mood: 'turn',
      verdict: `It brings an access token, which is good for ${servers.lifetimeSeconds} seconds at most. The session stays here.`,
    }
  return { mood: 'good', verdict: 'It brings nothing.' }
}

/** A whole token has no place in a document. */
const short = (token) => `${token.slice(0, 10)}… ${token.length} characters`
