import { expect, test } from './fixtures.ts'
import { openIdProvider } from './openid-provider.ts'
import { serve } from './routes.ts'
import { press, servesAllTabs, signsOut } from './session.ts'

const ISSUER = 'https://dev-123.okta.com/oauth2/default'

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
    serve({
      ...openIdProvider({
        account,
        issuer: ISSUER,
        clientId: 'spa',
        paths: { authorize: `${path}/v1/authorize`, token: `${path}/v1/token`, keys: `${path}/v1/keys` },
      }),
      [`GET ${path}/.well-known/openid-configuration`]: () => ({
        body: {
          issuer: ISSUER,
          authorization_endpoint: `${ISSUER}/v1/authorize`,
          token_endpoint: `${ISSUER}/v1/token`,
          jwks_uri: `${ISSUER}/v1/keys`,
          code_challenge_methods_supported: ['S256'],
        },
      }),
    }),
  )
  const page = await openRecipe('okta-auth-js', '@okta/okta-auth-js')
  await press(page, 'Sign in')
  await servesAllTabs({ page, account, lighthouses, openTab })
  await press(page, 'Sign in')
  await signsOut({ page, lighthouses })
  expect(hosts.unexpected).toEqual([])
})
