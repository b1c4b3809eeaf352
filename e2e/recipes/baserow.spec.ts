import { startBaserow } from '../../scripts/demo/baserow.ts'
import { expect, test } from './recipes.ts'

test('examples/baserow: a table of another origin', async ({ openExample }) => {
  const baserow = await startBaserow({ lifetimeSeconds: 600 })
  try {
    const page = await openExample('baserow', { replaced: { 'https://api.baserow.io': baserow.url } })
    await page.getByLabel('E-mail').fill(baserow.credentials.email)
    await page.getByLabel('Password').fill(baserow.credentials.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('status')).toHaveText('active')

    baserow.revokeAccessTokens()
    await page.getByRole('button', { name: 'Load' }).click()
    await expect(page.getByRole('listitem')).toHaveText([
      'Tower of Hercules',
      'Cordouan',
      'Lanterna',
      'Bell Rock',
      'Fastnet',
      'Lindau',
    ])
    expect(baserow.counts).toMatchObject({ signIns: 1, refreshes: 1 })
  } finally {
    await baserow.close()
  }
})
