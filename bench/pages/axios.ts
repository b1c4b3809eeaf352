import axios from 'axios'
import { createAuthRefresh } from 'axios-auth-refresh'
import { serve, tokensFor } from './tab.ts'

/** As the README of axios-auth-refresh shows it: tokens in localStorage, which the tabs share. */
const api = axios.create()

function keep(tokens: { readonly access_token: string; readonly refresh_token: string }): void {
  localStorage.setItem('token', tokens.access_token)
  localStorage.setItem('refresh_token', tokens.refresh_token)
}

api.interceptors.request.use((request) => {
  request.headers.set('Authorization', `Bearer ${localStorage.getItem('token')}`)
  return request
})

createAuthRefresh(api, async (failed) => {
  const { data } = await axios.post(
    '/token',
    new URLSearchParams({ grant_type: 'refresh_token', refresh_token: localStorage.getItem('refresh_token') ?? '' }),
  )
  keep(data)
  failed.response.config.headers['Authorization'] = `Bearer ${data.access_token}`
})

serve({
  ready: async () => {},
  signIn: async (lifetimeSeconds) => keep(await tokensFor(lifetimeSeconds)),
  ask: async (path, body) =>
    (body
      ? await api.post(path, body, { headers: { 'content-type': 'application/octet-stream' } })
      : await api.get(path)
    ).status,
  download: async (path) => ((await api.get(path, { responseType: 'blob' })).data as Blob).size,
})
