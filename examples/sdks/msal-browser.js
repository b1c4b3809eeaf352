import { show } from './page.js'
// #region recipe
import { CacheLookupPolicy, InteractionRequiredAuthError, PublicClientApplication } from '@azure/msal-browser'
import { bearerWorker } from 'bearer-worker'

const scopes = ['api://shop/rows.read']
const msal = new PublicClientApplication({
  auth: {
    clientId: '11111111-2222-3333-4444-555555555555',
    authority: 'https://login.microsoftonline.com/99999999-8888-7777-6666-555555555555',
    redirectUri: location.origin,
  },
  cache: { cacheLocation: 'localStorage' }, // so that any tab can bring tokens
})
await msal.initialize()

bearerWorker.provideTokens(async ({ reason }) => {
  const [account] = msal.getAllAccounts()
  if (!account) return null
  const isForced = reason === 'expired' || reason === 'refused'
  const cacheLookupPolicy = isForced ? CacheLookupPolicy.RefreshToken : CacheLookupPolicy.AccessTokenAndRefreshToken
  try {
    const { accessToken, expiresOn } = await msal.acquireTokenSilent({ account, scopes, cacheLookupPolicy })
    return { access_token: accessToken, expires_in: (expiresOn - Date.now()) / 1000 }
  } catch (error) {
    // The session is over: the user has to sign in again.
    if (error instanceof InteractionRequiredAuthError || error.errorCode === 'invalid_grant') return null
    throw error // for now: the worker tries again
  }
})

const signIn = () => msal.loginRedirect({ scopes })
if (await msal.handleRedirectPromise()) await bearerWorker.refresh() // back from the sign-in

async function signOut() {
  await bearerWorker.signOut()
  await msal.clearCache() // or logoutRedirect(), to leave Entra ID as well
}
// #endregion

show({ signIn, signOut })
