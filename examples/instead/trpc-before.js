// #region before
import { createTRPCClient, httpBatchLink } from '@trpc/client'
import { tokenRefreshLink } from 'trpc-token-refresh-link'

let tokens
let goodUntil

function keep(response) {
  tokens = response
  goodUntil = Date.now() + response.expires_in * 1000
}

const trpc = createTRPCClient({
  links: [
    tokenRefreshLink({
      tokenRefreshNeeded: () => tokens !== undefined && Date.now() >= goodUntil,
      async fetchAccessToken() {
        const body = JSON.stringify({ refresh_token: tokens.refresh_token })
        keep(await (await fetch('/auth/refresh', { method: 'POST', body })).json())
      },
    }),
    httpBatchLink({ url: '/trpc', headers: () => (tokens ? { authorization: `Bearer ${tokens.access_token}` } : {}) }),
  ],
})

async function signIn(credentials) {
  keep(await (await fetch('/auth/login', { method: 'POST', body: JSON.stringify(credentials) })).json())
}
// #endregion

const names = async () => (await trpc.lighthouses.query()).map(({ name }) => name)
Object.assign(globalThis, { signIn, names })
