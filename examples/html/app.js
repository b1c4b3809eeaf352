const byId = (id) => document.getElementById(id)

// #region show
// What is shown follows the session: also when another tab signs out, or when the server ends it.
bearerWorker.addEventListener('sessionchange', ({ detail }) => show(detail))
show(await bearerWorker.session())

function show({ state, retryAt }) {
  byId('app').hidden = state !== 'active'
  byId('sign-in').hidden = state === 'active'
  byId('reason').textContent = state === 'ended' ? 'Please sign in again.' : ''
  byId('reconnecting').hidden = !retryAt
}
// #endregion

// #region sign-in
byId('sign-in').addEventListener('submit', async (event) => {
  event.preventDefault()
  const body = JSON.stringify(Object.fromEntries(new FormData(event.target)))
  const response = await fetch('/auth/login', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  if (!response.ok) byId('reason').textContent = 'Wrong name or password.'
})

byId('sign-out').addEventListener('click', () => bearerWorker.signOut())
// #endregion

// #region load
byId('load').addEventListener('click', async () => {
  const response = await fetch('/api/rows')
  if (!response.ok) return
  const items = (await response.json()).map(({ id, name }) => {
    const item = document.createElement('li')
    const picture = Object.assign(new Image(40, 40), { src: `/api/pictures/${id}.svg`, alt: '' })
    item.append(picture, name)
    return item
  })
  byId('rows').replaceChildren(...items)
})
// #endregion
