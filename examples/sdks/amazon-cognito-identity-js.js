import { show } from './page.js'
// #region recipe
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from 'amazon-cognito-identity-js'
import { bearerWorker } from 'bearer-worker'

const pool = new CognitoUserPool({ UserPoolId: 'eu-central-1_MadeUp123', ClientId: 'madeupclient' })

bearerWorker.provideTokens(async ({ reason }) => {
  const user = pool.getCurrentUser()
  if (!user) return null
  try {
    let session = await called((done) => user.getSession(done))
    if (reason === 'expired' || reason === 'refused')
      session = await called((done) => user.refreshSession(session.getRefreshToken(), done))
    const token = session.getAccessToken()
    return { access_token: token.getJwtToken(), expires_in: token.getExpiration() - Date.now() / 1000 }
  } catch (error) {
    if (error.code === 'NotAuthorizedException') return null // the session is over
    throw error // for now: the worker tries again
  }
})

/** A promise for a function that takes a callback of Node's kind. */
const called = (run) =>
  new Promise((resolve, reject) => run((error, result) => (error ? reject(error) : resolve(result))))

async function signIn(Username, Password) {
  const user = new CognitoUser({ Username, Pool: pool })
  user.setAuthenticationFlowType('USER_PASSWORD_AUTH')
  const details = new AuthenticationDetails({ Username, Password })
  await new Promise((onSuccess, onFailure) => user.authenticateUser(details, { onSuccess, onFailure }))
  await bearerWorker.refresh() // the SDK has a user: now the first token
}

async function signOut() {
  await bearerWorker.signOut()
  pool.getCurrentUser()?.signOut()
}
// #endregion

show({ signIn, signOut })
