import { show } from './page.js'
// #region recipe
import { initializeApp } from 'firebase/app'
import { getAuth, signInWithEmailAndPassword, signOut as forget } from 'firebase/auth'
import { bearerWorker } from 'bearer-worker'

const auth = getAuth(initializeApp({ apiKey: 'made-up-api-key', authDomain: 'shop.firebaseapp.com' }))

bearerWorker.provideTokens(async ({ reason }) => {
  await auth.authStateReady()
  const force = reason === 'expired' || reason === 'refused'
  const result = await auth.currentUser?.getIdTokenResult(force).catch(whenOver)
  if (!result) return null
  return { access_token: result.token, expires_in: (Date.parse(result.expirationTime) - Date.now()) / 1000 }
})

/** The SDK has signed the user out when the server ended the session. Anything else is for now: the worker tries again. */
function whenOver(error) {
  if (auth.currentUser) throw error
}

async function signIn(email, password) {
  await signInWithEmailAndPassword(auth, email, password)
  await bearerWorker.refresh() // the SDK has a user: now the first token
}

async function signOut() {
  await bearerWorker.signOut()
  await forget(auth)
}
// #endregion

show({ signIn, signOut })
