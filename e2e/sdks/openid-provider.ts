import { randomBytes } from 'node:crypto'
import { type Account, KEYS } from './account.ts'
import { type Answer, fieldsOf, type Routes } from './routes.ts'

interface Options {
  readonly account: Account
  readonly issuer: string
  readonly clientId: string
  /** Paths of the endpoints. */
  readonly paths?: { readonly authorize: string; readonly token: string; readonly keys?: string }
  /** Further claims of the ID token. */
  readonly idClaims?: Readonly<Record<string, unknown>>
  /** Further fields of every token response. */
  readonly fields?: Readonly<Record<string, unknown>>
}

const PATHS = { authorize: '/authorize', token: '/token', keys: '/keys' }

/**
 * An OpenID provider that signs Ada in without a question: the code flow, refresh tokens that rotate, keys.
 * The exchange of the code is not checked, the refresh is.
 * @see https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth
 */
export function openIdProvider(options: Options): Routes {
  const { account, issuer, clientId, paths = PATHS, idClaims = {}, fields = {} } = options
  const { keys = PATHS.keys } = paths
  const at = (path: string) => new URL(path, issuer).href
  const nonces = new Map<string, string | null>()
  const tokens = (nonce?: string | null): Answer => ({
    body: {
      access_token: account.accessToken({ iss: issuer, aud: 'https://api.example.com', scp: ['rows'] }),
      id_token: account.jwt({ iss: issuer, aud: clientId, ...(nonce && { nonce }), ...idClaims }),
      refresh_token: account.refreshToken(),
      token_type: 'Bearer',
      expires_in: account.lifetimeSeconds,
      scope: 'openid profile offline_access rows',
      ...fields,
    },
  })
  return {
    [`GET ${paths.authorize}`]: ({ query }) => {
      const asked = new URLSearchParams(query)
      const silently = asked.get('prompt') === 'none'
      account.isKnown ||= !silently
      const code = randomBytes(8).toString('hex')
      nonces.set(code, asked.get('nonce'))
      const outcome: Record<string, string> = account.isKnown ? { code } : { error: 'login_required' }
      const answer = new URLSearchParams({ ...outcome, state: asked.get('state') ?? '', iss: issuer })
      const mark = asked.get('response_mode') === 'fragment' ? '#' : '?'
      return { status: 302, headers: { location: `${asked.get('redirect_uri')}${mark}${answer}` } }
    },
    [`POST ${paths.token}`]: (request) => {
      const { grant_type, code = '', refresh_token } = fieldsOf(request)
      if (grant_type === 'authorization_code') return tokens(nonces.get(code))
      return account.refreshesWith(refresh_token, { rotates: true })
        ? tokens()
        : { status: 400, body: { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' } }
    },
    [`GET ${keys}`]: () => ({ body: KEYS }),
    [`GET ${new URL(issuer).pathname.replace(/\/$/, '')}/.well-known/openid-configuration`]: () => ({
      body: {
        issuer,
        authorization_endpoint: at(paths.authorize),
        token_endpoint: at(paths.token),
        jwks_uri: at(keys),
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
        id_token_signing_alg_values_supported: ['RS256'],
      },
    }),
  }
}
