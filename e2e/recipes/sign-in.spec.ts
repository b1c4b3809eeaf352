import { startAuthorizationServer } from '../../scripts/demo/authorization-server.ts'
import { expect, test } from './recipes.ts'

test('examples/sign-in: there and back, silently again, and out', async ({ openExample, site }) => {
  const id = await startAuthorizationServer({ siteOrigin: site.origin, lifetimeSeconds: 600 })
  try {
    const page = await openExample('sign-in', {
      replaced: { 'https://id.example.com': id.issuer, 'https://api.example.com/': `${id.url}/` },
    })
    site.pages.set('/rows', site.pages.get('/')!)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('button', { name: 'Sign in as Ada' }).click()
    await expect(page.getByRole('status')).toHaveText('active')
    expect(page.url()).toBe(site.url('/'))

    id.revokeAccessTokens()
    id.revokeRefreshTokens()
    await page.getByRole('button', { name: 'Load' }).click()
    await expect.poll(() => id.counts.codes).toBe(2)
    await expect(page.getByRole('status')).toHaveText('active')

    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Stay signed in' }).waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await expect(page.getByRole('status')).toHaveText('signed-out')
    await page.getByRole('button', { name: 'Sign in, then rows' }).click()
    await page.getByRole('button', { name: 'Sign in as Ada' }).click()
    await expect(page.getByRole('status')).toHaveText('active')
    expect(page.url()).toBe(site.url('/rows?page=2'))
  } finally {
    await id.close()
  }
})
