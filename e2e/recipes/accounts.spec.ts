import type { Page } from '@playwright/test'
import type { PlaywrightTab } from '../engines/playwright-tab.ts'
import { expect, PASSWORD, test } from './recipes.ts'

async function add(page: Page, name: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Add account' }).click()
}

test('examples/accounts: two tabs, two users, one API', async ({ browsing, openExample, site, table, tokens }) => {
  /** Whose tokens the API has served since `table.served` was emptied. */
  const served = () => {
    const subjects = table.served.map(({ authorization = '' }) => tokens.issuer.subjectOf(authorization.split(' ')[1]!))
    return [...new Set(subjects)].sort()
  }
  const names = (page: Page) => page.getByRole('navigation').getByRole('listitem').getByRole('button')
  const rows = (page: Page) => page.getByRole('main').getByRole('listitem')

  const ada = await openExample('accounts')
  await add(ada, 'ada', 'wrong')
  await expect(ada.getByRole('status')).toHaveText('Wrong name or password.')
  await add(ada, 'ada')
  await expect(ada.getByRole('heading')).toHaveText('Lighthouses of ada')
  await expect(rows(ada)).toHaveText(['Bell Rock', 'Cordouan'])
  await expect.poll(served).toEqual(['ada'])

  await add(ada, 'bob')
  await expect(ada.getByRole('heading')).toHaveText('Lighthouses of bob')
  await expect(names(ada)).toHaveText(['ada', 'bob'])
  await names(ada).first().click()
  await expect(ada.getByRole('heading')).toHaveText('Lighthouses of ada')

  const bob = ((await browsing.newTab(site.url('/?account=bob'))) as PlaywrightTab).page
  await expect(bob.getByRole('heading')).toHaveText('Lighthouses of bob')
  await expect(rows(bob)).toHaveCount(2)
  table.served.length = 0
  await ada.reload()
  await expect(rows(ada)).toHaveCount(2)
  // The other tab may ask as well.
  await expect.poll(served).toContain('ada')
  table.served.length = 0
  await bob.reload()
  await expect(rows(bob)).toHaveCount(2)
  await expect.poll(served).toContain('bob')

  await bob.getByRole('button', { name: 'Sign out', exact: true }).click()
  await expect(names(ada)).toHaveText(['ada'])
  await expect(ada.getByRole('main')).toBeVisible()
  await bob.getByRole('button', { name: 'Sign out of all' }).click()
  await expect(ada.getByRole('main')).toBeHidden()
  await expect(names(ada)).toHaveCount(0)
})
