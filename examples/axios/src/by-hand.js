// #region interceptors
import axios from 'axios'

const api = axios.create({ baseURL: '/api' })
let tokens
let isRefreshing = false
let waiting = []

api.interceptors.request.use((config) => {
  const jwt = tokens.access_token
  config.headers.Authorization = `Bearer ${jwt}`
  return config
})

api.interceptors.response.use(null, async (error) => {
  const { config, response } = error
  const isRefused = response?.status === 401
  if (!isRefused || config.retried) throw error
  config.retried = true
  if (isRefreshing) {
    await new Promise((resolve, reject) => {
      waiting.push({ resolve, reject })
    })
    return api(config)
  }
  isRefreshing = true
  try {
    tokens = await refresh()
    for (const { resolve } of waiting) resolve()
  } catch (failure) {
    for (const { reject } of waiting) reject(failure)
    signOut()
    throw failure
  } finally {
    isRefreshing = false
    waiting = []
  }
  return api(config)
})
// #endregion

async function refresh() {
  return (await axios.post('/auth/refresh', { refresh_token: tokens.refresh_token })).data
}

function signOut() {
  tokens = undefined
}

export async function signIn(credentials) {
  tokens = (await axios.post('/auth/login', credentials)).data
}

export const rows = async () => (await api.get('/rows')).data
Object.assign(globalThis, { signIn, rows })
