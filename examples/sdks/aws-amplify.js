import { show } from './page.js'
// #region recipe
import { Amplify } from 'aws-amplify'
import { fetchAuthSession, signIn as signInAtCognito, signOut as forget } from 'aws-amplify/auth'
import { bearerWorker } from 'bearer-worker'

Amplify.configure({
  Auth: { Cognito: { userPoolId: 'eu-central-1_MadeUp123', userPoolClientId: 'madeupclient' } },
})

bearerWorker.provideTokens(async ({ reason }) => {
  const forceRefresh = reason === 'expired' || reason === 'refused'
  const { tokens } = await fetchAuthSession({ forceRefresh })
  if (!tokens) return null // nobody is signed in, or the session is over
  const { accessToken } = tokens
  return { access_token: accessToken.toString(), expires_in: accessToken.payload.exp - Date.now() / 1000 }
})

async function signIn(username, password) {
  await signInAtCognito({ username, password, options: { authFlowType: 'USER_PASSWORD_AUTH' } })
  await bearerWorker.refresh() // the SDK has a user: now the first token
}

async function signOut() {
  await bearerWorker.signOut()
  await forget()
}
// #endregion

show({ signIn, signOut })
