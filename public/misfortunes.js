/** What can go wrong: each misfortune is made to happen, and what the user notices is measured, not claimed. */
import * as app from './app.js'
import { element, wordsOf } from './dom.js'
import { secondTab } from './lighthouses.js'

const { bearerWorker } = window
const section = document.querySelector('#misfortunes')

export function setUpMisfortunes({ load, revoke, expire }) {
  /** The worker needs a new token, and the token endpoint fails before it answers. A vault has a good one until the server refuses it. */
  const [makeUseless, useless] = app.vault
    ? [revoke, 'The server refuses the token']
    : [expire, 'The token has expired']
  const failingRefresh = (faults) => async () => {
    await makeUseless()
    await app.setFaults(faults)
    const noticed = await timed(load)
    const answers = await app.answersOfTokenEndpoint()
    return `${noticed} The token endpoint: ${answers.join(', then ')}.`
  }

  const misfortunes = [
    {
      name: '503',
      what: `${useless}, and the token endpoint answers 503 twice.`,
      work: failingRefresh(['503', '503']),
    },
    {
      name: 'A tunnel',
      what: `${useless}, and the connection breaks in the middle of the answer to the refresh.`,
      work: failingRefresh(['broken connection']),
    },
    {
      name: 'Token revoked',
      what: 'The server refuses the token although it has not expired.',
      work: async () => {
        await revoke()
        return timed(load)
      },
    },
    {
      name: 'Signed out in the other tab',
      what: 'The user signs out in tab 2 while this tab is open.',
      work: signOutInTheOtherTab,
    },
  ]
  section.querySelector('ul').append(...misfortunes.map(itemOf))
  bearerWorker.subscribe(show)
  bearerWorker.ready.then(show, () => {})
  show()
}

function itemOf({ name, what, work }) {
  const noticed = element('p', { className: 'noticed' }, 'Not tried yet.')
  noticed.setAttribute('role', 'status')
  const button = element('button', { type: 'button' }, name)
  button.addEventListener('click', async () => {
    if (button.ariaBusy === 'true') return
    button.ariaBusy = 'true'
    noticed.textContent = '…'
    noticed.dataset.mood = 'good'
    try {
      noticed.textContent = `The user notices: ${await work()}`
    } catch (error) {
      noticed.textContent = `The user notices an error: ${wordsOf(error)}`
      noticed.dataset.mood = 'bad'
    }
    button.ariaBusy = null
  })
  return element('li', {}, button, element('p', { className: 'kind' }, what), noticed)
}

async function timed(load) {
  const since = Date.now()
  const words = await load()
  return `nothing. ${words.replace('.', '')} after ${Date.now() - since} ms.`
}

async function signOutInTheOtherTab() {
  const heard = new Promise((resolve) => {
    const stop = bearerWorker.subscribe(() => {
      if (bearerWorker.snapshot('lighthouses').state === 'active') return
      stop()
      resolve()
    })
  })
  const since = Date.now()
  const other = await secondTab()
  await other.bearerWorker.signOut('lighthouses')
  await heard
  return `no error, only that this tab is signed out too, after ${Date.now() - since} ms.`
}

function show() {
  const active = bearerWorker.snapshot('lighthouses')?.state === 'active'
  for (const button of section.querySelectorAll('button')) button.disabled = !active
}
