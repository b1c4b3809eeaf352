const byId = (id) => document.getElementById(id)

bearerWorker.addEventListener('sessionchange', ({ detail }) => (byId('state').textContent = detail.state))

// #region app
byId('sign-in').addEventListener('submit', async (event) => {
  event.preventDefault()
  const body = JSON.stringify(Object.fromEntries(new FormData(event.target)))
  await fetch('/api/token/', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
})

byId('load').addEventListener('click', async () => {
  const response = await fetch('/api/rows/')
  if (response.ok) byId('rows').replaceChildren(...(await response.json()).map(asItem))
})
// #endregion

function asItem({ name }) {
  return Object.assign(document.createElement('li'), { textContent: name })
}
