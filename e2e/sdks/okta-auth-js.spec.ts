import { test } from './fixtures.ts'
import { openIdProvider } from './openid-provider.ts'
import { serve } from './routes.ts'

test('@okta/okta-auth-js: the SDK keeps the tokens, the worker asks it', async ({ account, hosts, runRecipe }) => {
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
  await runRecipe('sdks/okta-auth-js', '@okta/okta-auth-js')
})
