// #region client
import { createAuthClient } from 'better-auth/client'
import { bearerWorker } from 'bearer-worker'

const auth = createAuthClient()

async function signIn(email, password) {
  const { error } = await auth.signIn.email({ email, password })
  if (!error) await bearerWorker.refresh() // the cookie is there: now the first token
}

async function signOut() {
  await auth.signOut()
  await bearerWorker.signOut()
}
// #endregion

const byId = (id) => document.getElementById(id)
bearerWorker.addEventListener('sessionchange', ({ detail }) => (byId('state').textContent = detail.state))
byId('sign-in').addEventListener('submit', (event) => {
  event.preventDefault()
  const { email, password } = Object.fromEntries(new FormData(event.target))
  void signIn(email, password)
})
byId('sign-out').addEventListener('click', signOut)

// #region load
byId('load').addEventListener('click', async () => {
  const response = await fetch('/api/rows')
  if (response.ok) byId('rows').replaceChildren(...(await response.json()).map(asItem))
})
// #endregion

function asItem({ name }) {
  return Object.assign(document.createElement('li'), { textContent: name })
}
