import { LARAVEL_UNAUTHENTICATED, READ, posted, refused } from './exchanges.ts'
import { api, origin, withoutSlash } from './inputs.ts'
import { defineServer, oneSession } from './known-server.ts'

export const laravelSanctum = defineServer({
  name: 'laravel-sanctum',
  title: 'Laravel Sanctum, API tokens',
  inputs: {
    server: origin,
    login: {
      description: 'Your route that answers a token.',
      example: '/api/tokens/create',
      default: '/api/login',
    },
    logout: {
      description: 'Your route that deletes the token of the request.',
      example: '/api/tokens/delete',
      default: '/api/logout',
    },
    api,
  },
  configuration: (inputs) => {
    const server = withoutSlash(inputs.server)
    return oneSession({
      resources: [inputs.api],
      except: [`${server}${inputs.login}`],
      capture: [`${server}${inputs.login}`],
      tokenFields: { accessToken: 'token' },
      signOut: {
        url: `${server}${inputs.logout}`,
        body: 'none',
        headers: { Authorization: 'Bearer {accessToken}', Accept: 'application/json' },
      },
    })
  },
  atTheServer: [
    "Answer ['token' => $user->createToken('browser')->plainTextToken] to a sign-in, and guard the API with auth:sanctum.",
    'Delete $request->user()->currentAccessToken() in the route that signs out.',
    'Set "expiration" in config/sanctum.php to a number of minutes, and the same time in seconds at "lifetimeSeconds": then the session ends when the token has run out.',
    'Let requests to the API say "Accept: application/json": without it Laravel redirects to its sign-in page instead of answering 401.',
  ],
  quirks: [
    'Sanctum itself advises cookies for the single-page app of the same site: that needs no worker.',
    'A token never ends by default. Without "lifetimeSeconds" a refused token does not end the session: call signOut() where the page gets a 401.',
  ],
  cannot: ['A refresh: there are no refresh tokens.'],
  evidence: { kind: 'documentation', version: 'Laravel 12' },
  sources: [
    {
      title: 'Laravel: Sanctum',
      url: 'https://github.com/laravel/docs/blob/86077535b/sanctum.md',
      read: READ,
    },
  ],
  answers(inputs) {
    const server = withoutSlash(inputs.server)
    const token = '1|madeUpTokenOfSanctumMadeUpTokenOfSanctum'
    const headers = { authorization: `Bearer ${token}` }
    return {
      signIn: {
        by: 'capture',
        exchange: posted(`${server}${inputs.login}`, { email: 'ada@example.com', password: 'lighthouse' }, { token }),
      },
      refusal: refused(inputs.api, headers, LARAVEL_UNAUTHENTICATED),
      signOut: {
        request: { method: 'POST', url: `${server}${inputs.logout}`, headers },
        answer: { status: 204 },
      },
    }
  },
})
