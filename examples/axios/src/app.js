import { QueryClient } from '@tanstack/react-query'
import axios from 'axios'
import { bearerWorker } from 'bearer-worker'

const api = axios.create({ baseURL: '/api' })

// #region hand-over
const OLD_KEY = 'tokens' // where the old code kept the token response

/** Gives the tokens that a user has from the old code to the worker. Under a lock, so that two tabs do not do it twice. */
function handOver() {
  return navigator.locks.request('hand-over', async () => {
    const kept = localStorage.getItem(OLD_KEY)
    if (kept === null) return
    const { state } = await bearerWorker.session()
    if (state === 'signed-out') await bearerWorker.setTokens(JSON.parse(kept))
    localStorage.removeItem(OLD_KEY)
  })
}
// #endregion

// #region guard
const isPublic = (path) => path.startsWith('/login')

/** The path to show instead of this one; undefined where the user may see it. */
async function guard(path) {
  if (isPublic(path)) return undefined
  const { state } = await bearerWorker.session()
  return state === 'active' ? undefined : `/login?from=${encodeURIComponent(path)}`
}
// #endregion

// #region queries
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // A 4xx is final: the worker has refreshed and replayed already. Network errors and 5xx are tried again.
      retry: (failures, { response }) => failures < 3 && (response === undefined || response.status >= 500),
    },
  },
})
// #endregion

// #region sign-in
async function signIn(credentials) {
  await axios.post('/auth/login', credentials)
  navigate(new URLSearchParams(currentPath().split('?')[1]).get('from') ?? '/rows')
}
// #endregion

// A router as small as it can be: the path is the fragment of the URL.
const currentPath = () => location.hash.slice(1) || '/rows'

function navigate(path) {
  if (!isPublic(currentPath()) || !isPublic(path)) location.hash = path
}

const byId = (id) => document.getElementById(id)

async function show() {
  const path = currentPath()
  const instead = await guard(path)
  if (instead !== undefined) return location.replace(`#${instead}`)
  byId('login').hidden = !isPublic(path)
  byId('rows').hidden = isPublic(path)
  if (!isPublic(path)) await showRows(path)
}

/** Loads `/api/rows` for `/rows`, and so on. */
async function showRows(path) {
  try {
    const rows = await queries.fetchQuery({ queryKey: [path], queryFn: async () => (await api.get(path)).data })
    byId('rows').replaceChildren(
      ...rows.map(({ name }) => Object.assign(document.createElement('li'), { textContent: name })),
    )
    byId('message').textContent = ''
  } catch (error) {
    byId('message').textContent = error.message
  }
}

byId('login').addEventListener('submit', async (event) => {
  event.preventDefault()
  try {
    await signIn(Object.fromEntries(new FormData(event.target)))
    byId('message').textContent = ''
  } catch (error) {
    byId('message').textContent = error.response?.status === 401 ? 'Wrong name or password.' : error.message
  }
})
byId('sign-out').addEventListener('click', () => bearerWorker.signOut())
addEventListener('hashchange', show)

// #region start
// Before the first look at the session. If it fails, the user signs in.
await handOver().catch(console.warn)
// #endregion

// #region session
bearerWorker.addEventListener('sessionchange', ({ detail: { state } }) => {
  if (state === 'active') return
  queries.clear() // it holds the data of the user who was signed in
  navigate(`/login?from=${encodeURIComponent(currentPath())}`)
})
// #endregion

await show()
