import { bearerWorker } from 'bearer-worker'
import { createClient } from 'graphql-ws'

// #region query
async function query(query, variables = {}) {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  return response.json()
}
// #endregion

// #region subscriptions
let refused = false

const subscriptions = createClient({
  url: 'wss://api.example.com/graphql',
  connectionParams: async () => {
    if (refused) await bearerWorker.refresh()
    refused = false
    return { token: await bearerWorker.getAccessToken() }
  },
  retryAttempts: Infinity,
  shouldRetry: () => true,
  on: { closed: ({ code }) => (refused = code === 4403) }, // Forbidden: the server did not take the token
})
// #endregion

const byId = (id) => document.getElementById(id)

// #region ready
await bearerWorker.ready
byId('state').textContent = bearerWorker.snapshot().state
bearerWorker.addEventListener('sessionchange', ({ detail }) => (byId('state').textContent = detail.state))
// #endregion

byId('load').addEventListener('click', async () => {
  const { data } = await query('{ lighthouses { name } }')
  if (data) data.lighthouses.forEach(show)
  subscriptions.subscribe(
    { query: 'subscription { lit { name } }' },
    { next: ({ data }) => show(data.lit), error: console.error, complete() {} },
  )
})

function show({ name }) {
  byId('rows').append(Object.assign(document.createElement('li'), { textContent: name }))
}
