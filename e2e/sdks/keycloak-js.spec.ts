import { test } from './fixtures.ts'
import { openIdProvider } from './openid-provider.ts'
import { serve } from './routes.ts'

test('keycloak-js: the SDK keeps the tokens, the worker asks it', async ({ account, hosts, runRecipe, site }) => {
  const endpoints = '/realms/shop/protocol/openid-connect'
  hosts.handlers.set(
    'id.example.com',
    serve({
      ...openIdProvider({
        account,
        issuer: 'https://id.example.com/realms/shop',
        clientId: 'spa',
        paths: { authorize: `${endpoints}/auth`, token: `${endpoints}/token` },
      }),
      [`GET ${endpoints}/logout`]: () => {
        account.isKnown = false
        return { status: 302, headers: { location: site.url('/') } }
      },
      // The check whether the browser lets other sites have cookies.
      [`GET ${endpoints}/3p-cookies/step1.html`]: () => ({
        headers: { 'content-type': 'text/html' },
        body: '<script>parent.postMessage("supported", "*")</script>',
      }),
    }),
  )
  await runRecipe('sdks/keycloak-js', 'keycloak-js')
})
