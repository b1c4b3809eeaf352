import { test } from './fixtures.ts'
import { fieldsOf, serve } from './routes.ts'

test('firebase: the SDK keeps the tokens, the worker asks it', async ({ account, hosts, runRecipe }) => {
  const claims = { iss: 'https://securetoken.google.com/shop', aud: 'shop', user_id: 'ada', auth_time: 1_795_000_000 }
  const idToken = () => account.accessToken(claims)
  hosts.handlers.set(
    'identitytoolkit.googleapis.com',
    serve({
      'POST /v1/accounts:signInWithPassword': () => ({
        body: { localId: 'ada', idToken: idToken(), refreshToken: account.refreshToken(), expiresIn: '3600' },
      }),
      'POST /v1/accounts:lookup': () => ({ body: { users: [{ localId: 'ada', email: 'ada@example.com' }] } }),
    }),
  )
  hosts.handlers.set(
    'securetoken.googleapis.com',
    serve({
      'POST /v1/token': (request) => {
        const { refresh_token } = fieldsOf(request)
        if (!account.refreshesWith(refresh_token))
          return { status: 400, body: { error: { code: 400, message: 'TOKEN_EXPIRED' } } }
        const token = idToken()
        return {
          body: { access_token: token, id_token: token, expires_in: '3600', refresh_token, token_type: 'Bearer' },
        }
      },
    }),
  )
  await runRecipe('sdks/firebase', 'firebase')
})
