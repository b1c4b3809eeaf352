import { startFeed } from './feed.ts'
import { expect, PASSWORD, test } from './recipes.ts'

test('examples/websocket: a socket whose token has ended is opened again with a new one', async ({
  openExample,
  tokens,
}) => {
  const feed = await startFeed(tokens.issuer)
  try {
    const page = await openExample('websocket', { replaced: { 'wss://feed.example.com': feed.url } })
    await expect(page.getByRole('status')).toHaveText('signed-out')
    await page.evaluate(
      (password) => fetch('/auth/login', { method: 'POST', body: JSON.stringify({ username: 'ada', password }) }),
      PASSWORD,
    )
    await expect(page.getByRole('listitem')).toHaveText(['Hello 1'])

    tokens.issuer.expireAccessTokens()
    feed.closeWhoseTokenEnded()
    await expect(page.getByRole('listitem')).toHaveText(['Hello 1', 'Hello 2'])
    feed.say('Fastnet')
    await expect(page.getByRole('listitem')).toHaveText(['Hello 1', 'Hello 2', 'Fastnet'])
    expect(feed.authorized[1]).toBe(tokens.issuer.latest.access_token)
    expect(tokens.refreshes).toHaveLength(1)
  } finally {
    await feed.close()
  }
})
