import { expect, PASSWORD, test } from './recipes.ts'
import { GIVEN_TOKEN_NOT_VALID, simpleJwt } from './simple-jwt.ts'

test('examples/simple-jwt: access and refresh, its codes, its fields', async ({ openExample, site, table, tokens }) => {
  const django = simpleJwt(tokens.issuer)
  site.mounts.set('/api/', (request, response) =>
    request.url!.startsWith('/api/token/') ? django.handle(request, response) : table.handle(request, response),
  )
  table.refusal = GIVEN_TOKEN_NOT_VALID
  const page = await openExample('simple-jwt')
  await page.getByLabel('Name').fill('ada')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('status')).toHaveText('active')

  tokens.issuer.expireAccessTokens()
  await page.getByRole('button', { name: 'Load' }).click()
  await expect(page.getByRole('listitem')).toHaveText(['Bell Rock', 'Cordouan'])
  expect(table.refused[0]?.authorization).toMatch(/^Bearer eyJ/)
  expect(django.counts.refreshes).toBe(1)

  tokens.issuer.endEverySession()
  await page.getByRole('button', { name: 'Load' }).click()
  await expect(page.getByRole('status')).toHaveText('ended')
  expect(await page.evaluate(() => bearerWorker.session())).toMatchObject({ reason: 'token_not_valid' })
})
