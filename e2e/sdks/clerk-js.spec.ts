import type { Account } from './account.ts'
import { test } from './fixtures.ts'
import { type Answer, type Routes, serve } from './routes.ts'

test('@clerk/clerk-js: the SDK keeps the session, the worker asks it for tokens', async ({
  account,
  hosts,
  runRecipe,
}) => {
  hosts.handlers.set('clerk.example.com', serve(frontendApi(account)))
  await runRecipe('sdks/clerk-js', '@clerk/clerk-js')
})

const SESSION = '/v1/client/sessions/sess_1'

/**
 * Clerk's Frontend API, as far as the SDK needs it.
 * @see https://clerk.com/docs/reference/frontend-api
 */
function frontendApi(account: Account): Routes {
  // The long-lived cookie of the client stands for the session: it is what brings tokens.
  let cookie: string | undefined
  const jwt = () => account.accessToken({ iss: 'https://clerk.example.com', sid: 'sess_1', sub: 'user_1', v: 2 })
  const session = () => ({
    object: 'session',
    id: 'sess_1',
    status: 'active',
    expire_at: Date.now() + 7 * 86_400_000,
    abandon_at: Date.now() + 30 * 86_400_000,
    last_active_at: Date.now(),
    last_active_token: { object: 'token', jwt: jwt() },
    last_active_organization_id: null,
    actor: null,
    factor_verification_age: [0, -1],
    user: { object: 'user', id: 'user_1', first_name: 'Ada', email_addresses: [], created_at: 1, updated_at: 1 },
    public_user_data: { first_name: 'Ada', identifier: 'ada@example.com' },
    created_at: Date.now(),
    updated_at: Date.now(),
  })
  const client = () => ({
    object: 'client',
    id: 'client_1',
    sessions: account.isKnown ? [session()] : [],
    sign_in: null,
    sign_up: null,
    last_active_session_id: account.isKnown ? 'sess_1' : null,
    created_at: Date.now(),
    updated_at: Date.now(),
  })
  const unauthenticated: Answer = {
    status: 401,
    body: { errors: [{ code: 'authentication_invalid', message: 'Invalid authentication' }] },
  }
  const signedIn = (response: () => object): Answer =>
    account.isKnown ? { body: { response: response(), client: client() } } : unauthenticated
  const signedOut = (): Answer => {
    account.isKnown = false
    return { body: { response: session(), client: client() } }
  }
  return {
    'GET /v1/environment': () => ({ body: environment() }),
    'GET /v1/client': () => ({ body: { response: client(), client: null } }),
    'POST /v1/client/sign_ins': () => {
      account.isKnown = true
      cookie = account.refreshToken()
      const response = { object: 'sign_in_attempt', id: 'sia_1', status: 'complete', created_session_id: 'sess_1' }
      return { body: { response, client: client() } }
    },
    [`GET ${SESSION}`]: () => signedIn(session),
    [`POST ${SESSION}/touch`]: () => signedIn(session),
    [`POST ${SESSION}/tokens`]: ({ query }) => {
      // Without it the SDK asks for itself: it keeps the cookie __session fresh in each tab.
      const isAsked = query.includes('debug=skip_cache')
      const isGood = isAsked ? account.refreshesWith(cookie) : account.isKnown
      return isGood ? { body: { object: 'token', jwt: jwt() } } : unauthenticated
    },
    [`POST ${SESSION}/remove`]: signedOut,
    'POST /v1/client/sessions': signedOut,
  }
}

/** An instance whose users have a name and a password. */
function environment(): object {
  return {
    object: 'environment',
    auth_config: { object: 'auth_config', id: 'aconf_1', single_session_mode: true, url_based_session_syncing: true },
    display_config: { object: 'display_config', id: 'display_1', instance_environment_type: 'production' },
    user_settings: {
      attributes: {},
      social: {},
      actions: {},
      sign_in: {},
      sign_up: {},
      password_settings: {},
      saml: { enabled: false },
    },
    organization_settings: { enabled: false },
    maintenance_mode: false,
  }
}
