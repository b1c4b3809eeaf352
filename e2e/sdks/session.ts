/** What a user does on the page of a recipe, and what every recipe has to show. */
import { expect, type Page } from '@playwright/test'
import type { Account } from './account.ts'
import { type Lighthouses, NAMES } from './lighthouses.ts'

type Button = 'Sign in' | 'Load' | 'Sign out'

/** Presses a button. */
export async function press(page: Page, name: Button): Promise<void> {
  await page.getByRole('button', { name }).click()
}
export const state = (page: Page) => page.getByRole('status')

/** Loads the rows with their pictures, as a user who is signed in sees them. */
export async function loads(page: Page): Promise<void> {
  await press(page, 'Load')
  await expect(page.getByRole('listitem')).toHaveText([...NAMES])
  await page
    .locator('img')
    .evaluateAll((images: HTMLImageElement[]) => Promise.all(images.map((each) => each.decode())))
}

interface Recipe {
  /** A tab in which the user has just signed in. */
  readonly page: Page
  readonly account: Account
  readonly lighthouses: Lighthouses
  openTab(): Promise<Page>
}

/** Requests and pictures carry the token, in every tab; a refusal is refreshed once for all of them; the session's end is shown. */
export async function servesAllTabs({ page, account, lighthouses, openTab }: Recipe): Promise<void> {
  await expect(page.getByRole('alert').or(state(page))).toHaveText(['active', ''])
  await loads(page)
  const before = account.refreshes

  const other = await openTab()
  await expect(state(other)).toHaveText('active')
  account.refuseAccessTokens()
  await Promise.all([loads(page), loads(other)])
  expect(account.refreshes - before, 'one refresh for both tabs').toBe(1)
  expect(lighthouses.refused, 'no request without a token').not.toContain(undefined)

  account.endSession()
  await press(other, 'Load')
  await expect(state(other)).toHaveText('ended')
  await expect(state(page)).toHaveText('ended')
  await other.close()
}

/** After it, requests go out as the page sends them: without a header, or with the SDK's own. */
export async function signsOut(
  { page, lighthouses }: Pick<Recipe, 'page' | 'lighthouses'>,
  ownHeader?: string,
): Promise<void> {
  await expect(state(page)).toHaveText('active')
  await press(page, 'Sign out')
  await expect(state(page)).toHaveText('signed-out')
  lighthouses.refused.length = 0
  await press(page, 'Load')
  await expect.poll(() => lighthouses.refused).toEqual([ownHeader])
}
