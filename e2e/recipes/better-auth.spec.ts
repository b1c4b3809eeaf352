import { startBetterAuth, USER } from './better-auth-server.ts'
import { expect, test } from './recipes.ts'

test('examples/better-auth: the cookie brings the token', async ({ openExample, site }) => {
  const betterAuth = await startBetterAuth(site.origin)
  site.mounts.set('/api/', betterAuth.handle)
  const page = await openExample('better-auth')
  await page.getByLabel('E-mail').fill(USER.email)
  await page.getByLabel('Password').fill(USER.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('status')).toHaveText('active')
  expect(await page.evaluate(async () => (await bearerWorker.session()).claims)).toMatchObject({ name: 'Ada' })

  betterAuth.refuseTokensSoFar()
  await page.getByRole('button', { name: 'Load' }).click()
  await expect(page.getByRole('listitem')).toHaveText(['Bell Rock', 'Cordouan'])
  expect(betterAuth.counts).toEqual({ tokens: 2 })

  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('status')).toHaveText('signed-out')
  await expect(page.evaluate(() => bearerWorker.refresh())).rejects.toThrow('Nobody is signed in')
})
