// The page of every recipe here: three buttons, the state of the session, and rows with a picture each.
import { bearerWorker } from 'bearer-worker'

const byId = (id) => document.getElementById(id)

const rowsOfApi = async () => (await fetch('https://api.example.com/rows')).json()
const pictureOfApi = (id) => `https://api.example.com/pictures/${id}.svg`

export function show({ signIn, signOut, rows = rowsOfApi, picture = pictureOfApi }) {
  const onClick = (id, run) =>
    byId(id).addEventListener('click', async () => {
      byId('problem').textContent = ''
      await run().catch((error) => {
        byId('problem').textContent = String(error)
      })
    })
  onClick('sign-in', () => signIn('ada@example.com', 'lighthouse'))
  onClick('sign-out', signOut)
  onClick('load', async () => {
    byId('rows').replaceChildren()
    const found = await rows()
    byId('rows').replaceChildren(...found.map(({ id, name }) => itemOf(name, picture(id))))
  })
  bearerWorker.addEventListener('sessionchange', ({ detail }) => showState(detail))
  void bearerWorker.session().then(showState)
}

function showState({ state }) {
  byId('state').textContent = state
}

function itemOf(name, src) {
  const item = document.createElement('li')
  item.append(Object.assign(new Image(40, 40), { src, alt: '' }), name)
  return item
}
