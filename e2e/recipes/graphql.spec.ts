import { startGraphql } from './graphql-server.ts'
import { expect, PASSWORD, test } from './recipes.ts'

test('examples/graphql: a refusal in a 200, and a subscription', async ({ openExample, site, tokens }) => {
  const graphql = await startGraphql(tokens.issuer)
  site.mounts.set('/graphql', graphql.handle)
  try {
    const page = await openExample('graphql', { replaced: { 'wss://api.example.com': graphql.url } })
    await expect(page.getByRole('status')).toHaveText('signed-out')
    await page.evaluate(
      (password) => fetch('/auth/login', { method: 'POST', body: JSON.stringify({ username: 'ada', password }) }),
      PASSWORD,
    )
    await expect(page.getByRole('status')).toHaveText('active')

    tokens.issuer.expireAccessTokens()
    await page.getByRole('button', { name: 'Load' }).click()
    await expect(page.getByRole('listitem')).toHaveText(['Bell Rock', 'Cordouan', 'Fastnet is lit'])
    expect(graphql.forbidden).toBe(0)
    expect(tokens.refreshes).toHaveLength(1)
  } finally {
    await graphql.close()
  }
})

test('examples/graphql: a subscription whose token the server does not take', async ({ openExample, site, tokens }) => {
  const graphql = await startGraphql(tokens.issuer)
  site.mounts.set('/graphql', (_, response) => void response.writeHead(503).end('{}'))
  try {
    const page = await openExample('graphql', { replaced: { 'wss://api.example.com': graphql.url } })
    await page.evaluate(
      (password) => fetch('/auth/login', { method: 'POST', body: JSON.stringify({ username: 'ada', password }) }),
      PASSWORD,
    )
    await expect(page.getByRole('status')).toHaveText('active')

    tokens.issuer.expireAccessTokens()
    await page.getByRole('button', { name: 'Load' }).click()
    await expect(page.getByRole('listitem')).toHaveText(['Fastnet is lit'])
    expect(graphql.forbidden).toBe(1)
    expect(tokens.refreshes).toHaveLength(1)
  } finally {
    await graphql.close()
  }
})
