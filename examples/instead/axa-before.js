// #region before
import { OidcClient } from '@axa-fr/oidc-client'

const client = OidcClient.getOrCreate(() => fetch)({
  authority: 'https://id.example.com',
  client_id: 'spa',
  redirect_uri: `${location.origin}/signed-in`,
  scope: 'openid offline_access rows',
  service_worker_relative_url: '/OidcServiceWorker.js',
  service_worker_only: false,
})
const fetchWithTokens = client.fetchWithTokens(fetch)

await client.tryKeepExistingSessionAsync()
if (location.pathname === '/signed-in') {
  await client.loginCallbackAsync()
  history.replaceState(null, '', '/')
}

const signIn = () => client.loginAsync('/')
const signOut = () => client.logoutAsync('/')
const load = () => fetchWithTokens('https://api.example.com/rows')
// #endregion

Object.assign(globalThis, { signIn, signOut, load })
document.documentElement.dataset.ready = 'yes'
