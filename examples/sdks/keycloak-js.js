import { show } from './page.js'
// #region recipe
import Keycloak from 'keycloak-js'
import { bearerWorker } from 'bearer-worker'

const keycloak = new Keycloak({ url: 'https://id.example.com', realm: 'shop', clientId: 'spa' })
// Tokens are in the memory of each tab: a new tab asks the server, without a question to the user.
const isSignedIn = await keycloak.init({ onLoad: 'check-sso', checkLoginIframe: false })

bearerWorker.provideTokens(async ({ reason }) => {
  if (!keycloak.authenticated) return null
  try {
    await keycloak.updateToken(reason === 'expired' || reason === 'refused' ? -1 : 5)
  } catch (error) {
    if (!keycloak.authenticated) return null // it has cleared its tokens: the session is over
    throw error // for now: the worker tries again
  }
  return { access_token: keycloak.token, expires_in: keycloak.tokenParsed.exp - keycloak.tokenParsed.iat }
})

const signIn = () => keycloak.login()
if (isSignedIn) await bearerWorker.refresh() // the SDK has a user: now the first token

async function signOut() {
  await bearerWorker.signOut()
  await keycloak.logout()
}
// #endregion

show({ signIn, signOut })
