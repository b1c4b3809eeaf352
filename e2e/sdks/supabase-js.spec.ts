import { expect, test } from './fixtures.ts'
import { fieldsOf, serve } from './routes.ts'

const HOST = 'madeupproject.supabase.co'

test('@supabase/supabase-js: it signs in, the worker has the tokens', async ({
  account,
  hosts,
  lighthouses,
  runRecipe,
}) => {
  const session = () => ({
    access_token: account.accessToken({ role: 'authenticated', session_id: 's-1' }),
    token_type: 'bearer',
    expires_in: account.lifetimeSeconds,
    expires_at: Math.floor(Date.now() / 1000) + account.lifetimeSeconds,
    refresh_token: account.refreshToken(),
    user: { id: 'ada', aud: 'authenticated', role: 'authenticated', email: 'ada@example.com' },
  })
  const signedOut: (string | undefined)[] = []
  hosts.handlers.set(
    HOST,
    serve({
      ...lighthouses.routes('/rest/v1/rows', '/storage/v1/object/authenticated/pictures/'),
      'POST /auth/v1/token': (request) => {
        if (request.query === '?grant_type=password') return { body: session() }
        return account.refreshesWith(fieldsOf(request)['refresh_token'], { rotates: true })
          ? { body: session() }
          : {
              status: 400,
              body: { code: 400, error_code: 'refresh_token_not_found', msg: 'Invalid Refresh Token' },
            }
      },
      'POST /auth/v1/logout': ({ authorization, query }) => {
        signedOut.push(`${query} ${authorization?.slice(0, 10)}`)
        return { status: 204 }
      },
    }),
  )
  await runRecipe('sdks/supabase-js', '@supabase/supabase-js', 'Bearer sb_publishable_made_up')
  expect(signedOut).toEqual(['?scope=local Bearer eyJ'])
})
