import { test } from './fixtures.ts'
import { openIdProvider } from './openid-provider.ts'
import { serve } from './routes.ts'

const TENANT = '99999999-8888-7777-6666-555555555555'
const USER = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee'

test('@azure/msal-browser: the SDK keeps the tokens, the worker asks it', async ({ account, hosts, runRecipe }) => {
  const clientInfo = Buffer.from(JSON.stringify({ uid: USER, utid: TENANT })).toString('base64url')
  hosts.handlers.set(
    'login.microsoftonline.com',
    serve(
      openIdProvider({
        account,
        issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
        clientId: '11111111-2222-3333-4444-555555555555',
        paths: { authorize: `/${TENANT}/oauth2/v2.0/authorize`, token: `/${TENANT}/oauth2/v2.0/token` },
        idClaims: { tid: TENANT, oid: USER, preferred_username: 'ada@example.com', name: 'Ada', ver: '2.0' },
        fields: { client_info: clientInfo, scope: 'openid profile offline_access api://shop/rows.read' },
      }),
    ),
  )
  await runRecipe('sdks/msal-browser', '@azure/msal-browser')
})
