import { show } from './page.js'
// #region recipe
import { Clerk } from '@clerk/clerk-js'
import { bearerWorker } from 'bearer-worker'

// A publishable key, as the dashboard shows it: this one says that the Frontend API is at clerk.example.com.
const clerk = new Clerk('pk_live_Y2xlcmsuZXhhbXBsZS5jb20k')
const loaded = clerk.load()

bearerWorker.provideTokens(async () => {
  await loaded
  // Always a new one: it is for all tabs, and a token out of the SDK's cache may be the one that was refused.
  const token = await clerk.session?.getToken({ skipCache: true }).catch(whenOver)
  return token ? { access_token: token } : null
})

/** The SDK has no session when the server ended it. Anything else is for now: the worker tries again. */
function whenOver(error) {
  if (clerk.session) throw error
}

async function signIn(identifier, password) {
  await loaded
  const { createdSessionId } = await clerk.client.signIn.create({ identifier, password })
  await clerk.setActive({ session: createdSessionId })
  await bearerWorker.refresh() // the SDK has a session: now the first token
}

async function signOut() {
  await bearerWorker.signOut()
  await clerk.signOut({ redirectUrl: location.href })
}
// #endregion

show({ signIn, signOut })
