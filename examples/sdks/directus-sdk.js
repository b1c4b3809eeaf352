import { show } from './page.js'
// #region recipe
import { createDirectus, login, readItems, rest } from '@directus/sdk'
import { bearerWorker } from 'bearer-worker'

// Without authentication(): the worker has the tokens, and the SDK sets no header.
const directus = createDirectus('https://directus.example.com').with(rest())

// Its answer comes without the tokens: the worker has captured them.
const signIn = (email, password) => directus.request(login({ email, password }, { mode: 'json' }))

const signOut = () => bearerWorker.signOut()
// #endregion

show({
  signIn,
  signOut,
  rows: () => directus.request(readItems('rows')),
  picture: (id) => `https://directus.example.com/assets/${id}.svg`,
})
