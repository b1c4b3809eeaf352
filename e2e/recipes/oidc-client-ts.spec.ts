import { startAuthorizationServer } from '../../scripts/demo/authorization-server.ts'
import { expect, test } from './recipes.ts'

test('examples/oidc-client-ts: it signs in, the worker has the tokens', async ({ openExample, site }) => {
  const id = await startAuthorizationServer({ siteOrigin: site.origin, lifetimeSeconds: 600 })
  try {
    const page = await openExample('oidc-client-ts', {
      replaced: { 'https://id.example.com': id.issuer, 'https://api.example.com': id.url },
    })
    site.pages.set('/signed-in', site.pages.get('/')!)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Sign in as Ada' }).click()
    await expect(page.getByRole('status')).toHaveText('active')
    expect(page.url()).toBe(site.url('/'))
    expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).not.toContain(
      'access_token',
    )

    id.revokeAccessTokens()
    await page.getByRole('button', { name: 'Load' }).click()
    await expect(page.getByRole('listitem')).toHaveText(['1887-11-02', '1887-11-03', '1887-11-04', '1887-11-05'])
    expect(id.counts).toMatchObject({ codes: 1, refreshes: 1 })
  } finally {
    await id.close()
  }
})
