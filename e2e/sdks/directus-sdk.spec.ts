import { expect, test } from './fixtures.ts'
import { fieldsOf, serve } from './routes.ts'

test('@directus/sdk: its sign-in is captured', async ({ account, hosts, lighthouses, runRecipe }) => {
  const session = () => ({
    data: {
      access_token: account.accessToken({ id: 'ada', iss: 'directus' }),
      refresh_token: account.refreshToken(),
      expires: account.lifetimeSeconds * 1000,
    },
  })
  const { 'GET /items/rows': rows, ...pictures } = lighthouses.routes('/items/rows', '/assets/')
  const signedOut: (string | undefined)[] = []
  hosts.handlers.set(
    'directus.example.com',
    serve({
      ...pictures,
      'GET /items/rows': async (request) => {
        const { status, body } = (await rows!(request)) ?? {}
        return status === undefined
          ? { body: { data: body } }
          : { status, body: { errors: [{ message: 'Invalid token.', extensions: { code: 'INVALID_TOKEN' } }] } }
      },
      'POST /auth/login': () => ({ body: session() }),
      'POST /auth/refresh': (request) =>
        account.refreshesWith(fieldsOf(request)['refresh_token'], { rotates: true })
          ? { body: session() }
          : { status: 401, body: { errors: [{ message: 'Invalid.', extensions: { code: 'INVALID_CREDENTIALS' } }] } },
      'POST /auth/logout': (request) => {
        signedOut.push(fieldsOf(request)['refresh_token'])
        return { status: 204 }
      },
    }),
  )
  await runRecipe('sdks/directus-sdk', '@directus/sdk')
  expect(signedOut).toEqual([expect.stringMatching(/^eyJ/)])
})
