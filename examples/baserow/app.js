const byId = (id) => document.getElementById(id)

bearerWorker.addEventListener('sessionchange', ({ detail }) => (byId('state').textContent = detail.state))

// #region app
const baserow = 'https://api.baserow.io'

byId('sign-in').addEventListener('submit', async (event) => {
  event.preventDefault()
  const body = JSON.stringify(Object.fromEntries(new FormData(event.target)))
  await fetch(`${baserow}/api/user/token-auth/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
})

byId('load').addEventListener('click', async () => {
  const response = await fetch(`${baserow}/api/database/rows/table/1/?user_field_names=true`)
  if (response.ok) byId('rows').replaceChildren(...(await response.json()).results.map(asItem))
})
// #endregion

function asItem({ Name }) {
  return Object.assign(document.createElement('li'), { textContent: Name })
}
