/** `docs/migration/axios-interceptors.md` and the README: the programs run; the last without interceptors, and for pictures too. */
import type { Page } from '@playwright/test'
import { expect, PASSWORD, test } from './recipes.ts'

interface App {
  signIn(credentials: object): Promise<void>
  rows(): Promise<readonly { readonly name: string }[]>
  upload(bytes: Uint8Array, onProgress: (event: { readonly loaded: number }) => void): Promise<number>
}
declare const window: App

const signIn = (page: Page) => page.evaluate((password) => window.signIn({ username: 'ada', password }), PASSWORD)
const rows = (page: Page) => page.evaluate(async () => (await window.rows()).map(({ name }) => name))
const pictureLoads = (page: Page) =>
  page.evaluate(() =>
    Object.assign(new Image(), { src: '/api/pictures/1.svg' })
      .decode()
      .then(
        () => true,
        () => false,
      ),
  )

for (const [program, path] of [
  ['axios-auth-refresh', '/before.html'],
  ['interceptors with a queue, as the README has them', '/by-hand.html'],
] as const)
  test(`before: ${program} serves what goes through its client, and no picture`, async ({
    openExample,
    table,
    tokens,
  }) => {
    const page = await openExample('axios', {
      path,
      replaced: { '<script src="/bearer-worker.js"></script>': '' },
    })
    await signIn(page)
    expect(await rows(page)).toEqual(['Bell Rock', 'Cordouan'])
    tokens.issuer.expireAccessTokens()
    expect(await rows(page)).toEqual(['Bell Rock', 'Cordouan'])
    expect(tokens.refreshes).toHaveLength(1)
    expect(await pictureLoads(page)).toBe(false)
    expect(table.refused.at(-1)?.authorization).toBeUndefined()
  })

test('after: the same calls, pictures and uploads with progress', async ({ openExample, table, tokens }) => {
  const page = await openExample('axios')
  await signIn(page)
  expect(await rows(page)).toEqual(['Bell Rock', 'Cordouan'])
  tokens.issuer.expireAccessTokens()
  expect(await rows(page)).toEqual(['Bell Rock', 'Cordouan'])
  expect(tokens.refreshes).toHaveLength(1)
  expect(await pictureLoads(page)).toBe(true)
  const { status, loaded } = await page.evaluate(async () => {
    let loaded = 0
    const status = await window.upload(new Uint8Array(100_000), (event) => (loaded = event.loaded))
    return { status, loaded }
  })
  expect({ status, loaded }).toEqual({ status: 200, loaded: 100_000 })
  expect(table.served.at(-1)).toMatchObject({ method: 'POST', bodyLength: 100_000 })
})
