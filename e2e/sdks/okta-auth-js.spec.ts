import { expect, test } from './fixtures.ts'
import { openIdProvider } from './openid-provider.ts'
import { serve } from './routes.ts'
import { press, servesAllTabs, signsOut } from './session.ts'

test('@okta/okta-auth-js: the SDK keeps the tokens, the worker asks it', async ({
  account,
  hosts,
  lighthouses,
  openRecipe,
  openTab,
}) => {
  const path = '/oauth2/default'
  hosts.handlers.set(
    'dev-123.okta.com',
    serve(
      openIdProvider({
        account,
        issuer: 'https://dev-123.okta.com/oauth2/default',
        clientId: 'spa',
        paths: { authorize: `${path}/v1/authorize`, token: `${path}/v1/token`, keys: `${path}/v1/keys` },
      }),
    ),
  )
  const page = await openRecipe('sdks/okta-auth-js', '@okta/okta-auth-js')
  await press(page, 'Sign in')
  await servesAllTabs({ page, account, lighthouses, openTab })
  await press(page, 'Sign in')
  await signsOut({ page, lighthouses })
  expect(hosts.unexpected).toEqual([])
})
