import { expect, test } from './fixtures.ts'
import { openIdProvider } from './openid-provider.ts'
import { serve } from './routes.ts'
import { press, servesAllTabs, signsOut } from './session.ts'

test('@auth0/auth0-spa-js: the SDK keeps the tokens, the worker asks it', async ({
  account,
  hosts,
  lighthouses,
  openRecipe,
  openTab,
}) => {
  hosts.handlers.set(
    'shop.eu.auth0.com',
    serve(
      openIdProvider({
        account,
        issuer: 'https://shop.eu.auth0.com/',
        clientId: 'spa',
        paths: { authorize: '/authorize', token: '/oauth/token' },
      }),
    ),
  )
  const page = await openRecipe('sdks/auth0-spa-js', '@auth0/auth0-spa-js')
  await press(page, 'Sign in')
  await servesAllTabs({ page, account, lighthouses, openTab })
  await press(page, 'Sign in')
  await signsOut({ page, lighthouses })
  expect(hosts.unexpected).toEqual([])
})
