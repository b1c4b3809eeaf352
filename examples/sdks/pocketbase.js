import { show } from './page.js'
// #region recipe
import PocketBase, { BaseAuthStore } from 'pocketbase'
import { bearerWorker } from 'bearer-worker'

// The answer to the sign-in comes without its token, which the worker keeps; the store in memory has the user alone.
const pocketbase = new PocketBase('https://pocketbase.example.com', new BaseAuthStore())

const signIn = (email, password) => pocketbase.collection('users').authWithPassword(email, password)

async function signOut() {
  await bearerWorker.signOut()
  pocketbase.authStore.clear()
}
// #endregion

show({
  signIn,
  signOut,
  rows: () => pocketbase.collection('rows').getFullList(),
  picture: (id) => `https://pocketbase.example.com/api/pictures/${id}.svg`,
})
