// #region manager
import { bearerWorker } from 'bearer-worker'
import { InMemoryWebStorage, UserManager, WebStorageStateStore } from 'oidc-client-ts'

const manager = new UserManager({
  authority: 'https://id.example.com',
  client_id: 'spa',
  redirect_uri: `${location.origin}/signed-in`,
  scope: 'openid offline_access rows',
  automaticSilentRenew: false, // the worker refreshes: two that rotate one refresh token end the session
  userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }), // no copy of the tokens
})
// #endregion

// #region callback
if (location.pathname === '/signed-in') {
  const { access_token, refresh_token, id_token, token_type, expires_in, scope } = await manager.signinCallback()
  await bearerWorker.setTokens({ access_token, refresh_token, id_token, token_type, expires_in, scope })
  await manager.removeUser()
  history.replaceState(null, '', '/')
}
// #endregion

const byId = (id) => document.getElementById(id)
// #region app
byId('sign-in').addEventListener('click', () => manager.signinRedirect())

byId('load').addEventListener('click', async () => {
  const response = await fetch('https://api.example.com/rows')
  if (response.ok) byId('rows').replaceChildren(...(await response.json()).entries.map(asItem))
})
// #endregion

byId('state').textContent = (await bearerWorker.session()).state

function asItem({ date }) {
  return Object.assign(document.createElement('li'), { textContent: date })
}
