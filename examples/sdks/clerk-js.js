import { show } from './page.js'
// #region recipe
import { Clerk } from '@clerk/clerk-js'
import { bearerWorker } from 'bearer-worker'

const clerk = new Clerk('pk_test_Y2xlcmsuc2hvcC5leGFtcGxlLmNvbSQ') // the publishable key: the host clerk.shop.example.com
await clerk.load()

bearerWorker.provideTokens(async ({ reason }) => {
  const skipCache = reason === 'expired' || reason === 'refused'
  const token = await clerk.session?.getToken({ skipCache })
  return token ? { access_token: token } : null
})

async function signIn(identifier, password) {
  const attempt = await clerk.client.signIn.create({ identifier, password })
  await clerk.setActive({ session: attempt.createdSessionId })
  await bearerWorker.refresh() // the SDK has a user: now the first token
}

async function signOut() {
  await bearerWorker.signOut()
  await clerk.signOut()
}
// #endregion

show({ signIn, signOut })
