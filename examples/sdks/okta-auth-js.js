import { show } from './page.js'
// #region recipe
import { OktaAuth } from '@okta/okta-auth-js'
import { bearerWorker } from 'bearer-worker'

const okta = new OktaAuth({
  issuer: 'https://dev-123.okta.com/oauth2/default',
  clientId: 'spa',
  redirectUri: location.origin,
  scopes: ['openid', 'offline_access', 'rows'],
  tokenManager: { autoRenew: false, autoRemove: false }, // the worker asks when it needs a token
})

bearerWorker.provideTokens(async ({ reason }) => {
  let token = await okta.tokenManager.get('accessToken')
  if (!token) return null
  try {
    if (reason === 'expired' || reason === 'refused' || okta.tokenManager.hasExpired(token))
      token = await okta.tokenManager.renew('accessToken')
  } catch (error) {
    if (error.errorCode === 'invalid_grant' || error.errorCode === 'login_required') return null
    throw error // for now: the worker tries again
  }
  return { access_token: token.accessToken, expires_in: token.expiresAt - Date.now() / 1000 }
})

const signIn = () => okta.token.getWithRedirect()
if (okta.isLoginRedirect()) {
  const { tokens } = await okta.token.parseFromUrl()
  okta.tokenManager.setTokens(tokens)
  await bearerWorker.refresh() // the SDK has a user: now the first token
}

async function signOut() {
  await bearerWorker.signOut()
  okta.tokenManager.clear() // or okta.signOut(), to leave Okta as well
}
// #endregion

show({ signIn, signOut })
