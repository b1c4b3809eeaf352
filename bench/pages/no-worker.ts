import { byFetch, serve, tokensFor } from './tab.ts'

/** The page adds the header itself. */
let token = localStorage.getItem('token') ?? ''

serve({
  ready: async () => {},
  async signIn(lifetimeSeconds) {
    token = (await tokensFor(lifetimeSeconds)).access_token
    localStorage.setItem('token', token)
  },
  ...byFetch(() => ({ authorization: `Bearer ${token}` })),
})
