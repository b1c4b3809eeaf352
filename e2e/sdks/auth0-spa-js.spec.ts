import { test } from './fixtures.ts'
import { openIdProvider } from './openid-provider.ts'
import { serve } from './routes.ts'

test('@auth0/auth0-spa-js: the SDK keeps the tokens, the worker asks it', async ({ account, hosts, runRecipe }) => {
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
  await runRecipe('sdks/auth0-spa-js', '@auth0/auth0-spa-js')
})
