import { createClient } from 'graphql-ws'

/** Nothing here knows of tokens: `firstMessage` of the configuration puts it into the connection_init of the library. */
export function connect(url, show) {
  const client = createClient({ url, retryAttempts: 10, retryWait: async () => {}, shouldRetry: () => true })
  client.subscribe(
    { query: 'subscription { greeting }' },
    {
      next: ({ data }) => show(data.greeting),
      error: (error) => show(`error: ${error.message ?? error.reason}`),
      complete() {},
    },
  )
}
