// #region after
import { bearerWorker } from 'bearer-worker'

const signIn = () => bearerWorker.signIn()
const signOut = () => bearerWorker.signOut()
const load = () => fetch('https://api.example.com/rows')
// #endregion

Object.assign(globalThis, { signIn, signOut, load })
document.documentElement.dataset.ready = 'yes'
