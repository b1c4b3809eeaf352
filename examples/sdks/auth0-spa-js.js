import { show } from './page.js'
// #region recipe
import { createAuth0Client } from '@auth0/auth0-spa-js'
import { bearerWorker } from 'bearer-worker'

const auth0 = await createAuth0Client({
  domain: 'shop.eu.auth0.com',
  clientId: 'spa',
  authorizationParams: { redirect_uri: location.origin, audience: 'https://api.example.com' },
  useRefreshTokens: true,
  cacheLocation: 'localstorage', // so that any tab can bring tokens
})

const OVER = ['login_required', 'consent_required', 'interaction_required', 'invalid_grant', 'missing_refresh_token']

bearerWorker.provideTokens(async ({ reason }) => {
  const cacheMode = reason === 'expired' || reason === 'refused' ? 'off' : 'on'
  try {
    const { access_token, expires_in } = await auth0.getTokenSilently({ cacheMode, detailedResponse: true })
    return { access_token, expires_in }
  } catch (error) {
    if (OVER.includes(error.error)) return null
    throw error // for now: the worker tries again
  }
})

const signIn = () => auth0.loginWithRedirect()
if (/[?&]code=/.test(location.search)) {
  await auth0.handleRedirectCallback()
  history.replaceState(null, '', '/')
  await bearerWorker.refresh() // the SDK has a user: now the first token
}

async function signOut() {
  await bearerWorker.signOut()
  await auth0.logout({ openUrl: false }) // without openUrl it leaves Auth0 as well
}
// #endregion

show({ signIn, signOut })
