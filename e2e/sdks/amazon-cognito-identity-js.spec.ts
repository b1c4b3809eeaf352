import { cognito } from './cognito-server.ts'
import { expect, test } from './fixtures.ts'
import { press, servesAllTabs, signsOut } from './session.ts'

test('amazon-cognito-identity-js: the SDK keeps the tokens, the worker asks it', async ({
  account,
  hosts,
  lighthouses,
  openRecipe,
  openTab,
}) => {
  hosts.handlers.set('cognito-idp.eu-central-1.amazonaws.com', cognito(account))
  const page = await openRecipe('sdks/amazon-cognito-identity-js', 'amazon-cognito-identity-js')
  await press(page, 'Sign in')
  await servesAllTabs({ page, account, lighthouses, openTab })
  await press(page, 'Sign in')
  await signsOut({ page, lighthouses })
  expect(hosts.unexpected).toEqual([])
})
