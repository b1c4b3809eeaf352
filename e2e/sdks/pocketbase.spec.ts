import { expect, test } from './fixtures.ts'
import { serve } from './routes.ts'
import { loads, press, signsOut, state } from './session.ts'

test('pocketbase: its sign-in is captured, the SDK sets no header', async ({
  account,
  hosts,
  lighthouses,
  openRecipe,
  openTab,
}) => {
  const users = '/api/collections/users'
  const session = () => ({
    token: account.accessToken({ type: 'auth', collectionId: 'users', refreshable: true, iat: undefined }),
    record: { id: 'ada', email: 'ada@example.com', collectionName: 'users' },
  })
  const { 'GET /api/collections/rows/records': rows, ...pictures } = lighthouses.routes(
    '/api/collections/rows/records',
    '/api/pictures/',
  )
  hosts.handlers.set(
    'pocketbase.example.com',
    serve({
      ...pictures,
      'GET /api/collections/rows/records': async (request) => {
        const { status, body } = (await rows!(request)) ?? {}
        const items = body as readonly object[]
        return status === undefined
          ? { body: { page: 1, perPage: 1000, totalItems: items.length, totalPages: 1, items } }
          : { status, body: { status, message: 'The request requires valid record authorization token.', data: {} } }
      },
      [`POST ${users}/auth-with-password`]: () => ({ body: session() }),
      [`POST ${users}/auth-refresh`]: ({ authorization }) => {
        account.refreshes++
        return account.accepts(authorization?.replace(/^Bearer /, '') ?? '')
          ? { body: session() }
          : { status: 401, body: { status: 401, message: 'The request requires valid record authorization token.' } }
      },
    }),
  )
  const page = await openRecipe('sdks/pocketbase', 'pocketbase')
  await press(page, 'Sign in')
  await expect(state(page)).toHaveText('active')
  await loads(page)

  const other = await openTab()
  await loads(other)
  expect(account.refreshes, 'the token is fresh').toBe(0)
  await other.evaluate(() => bearerWorker.refresh())
  await loads(page)
  expect(account.refreshes).toBe(1)

  // A token that is refused cannot refresh itself.
  account.refuseAccessTokens()
  await press(other, 'Load')
  await expect(state(page)).toHaveText('ended')
  await press(page, 'Sign in')
  await signsOut({ page, lighthouses })
  expect(hosts.unexpected).toEqual([])
})
