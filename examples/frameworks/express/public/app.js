const byId = (id) => document.getElementById(id)

bearerWorker.addEventListener('sessionchange', ({ detail }) => show(detail))
show(await bearerWorker.session())

function show({ state }) {
  byId('app').hidden = state !== 'active'
  byId('sign-in').hidden = state === 'active'
  byId('reason').textContent = state === 'ended' ? 'Please sign in again.' : ''
  if (state === 'active') void load()
}

async function load() {
  const response = await fetch(new URL('api/rows', document.baseURI))
  if (!response.ok) return
  const items = (await response.json()).map(({ name }) =>
    Object.assign(document.createElement('li'), { textContent: name }),
  )
  byId('rows').replaceChildren(...items)
}

byId('sign-in').addEventListener('submit', async (event) => {
  event.preventDefault()
  const body = JSON.stringify(Object.fromEntries(new FormData(event.target)))
  const headers = { 'content-type': 'application/json' }
  await fetch(new URL('auth/login', document.baseURI), { method: 'POST', headers, body })
})
byId('load').addEventListener('click', load)
byId('sign-out').addEventListener('click', () => bearerWorker.signOut())
