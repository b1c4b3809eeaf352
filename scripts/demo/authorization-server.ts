/**
 * An OAuth 2.0 authorization server for a browser app, with a protected API beside it: a public client with
 * PKCE, refresh tokens that rotate and are revoked as a family on reuse, DPoP when the client asks for it.
 * `/rows` is the API; `/demo/*` is ours.
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2
 */
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { exportJWK, generateKeyPair } from 'jose'
import Provider, { type Context, type Grant } from 'oidc-provider'
import { ApiGuard } from './api-guard.ts'
import { GrantStore } from './grant-store.ts'
import { type Listening, listenOnLoopback } from './listen-on-loopback.ts'
import { failurePage, signedOutPage, signInPage, signOutPage } from './authorization-pages.ts'

export interface AuthorizationServerOptions {
  /** 0 or nothing: any free port. */
  readonly port?: number
  /** Where the app lives; its redirect URI is `/signed-in` there. */
  readonly siteOrigin: string
  readonly clientId?: string
  readonly lifetimeSeconds?: number
  readonly refreshLifetimeSeconds?: number
  /** Ask for a nonce in every DPoP proof, here and at the API. */
  readonly dpopNonces?: boolean
}

export interface AuthorizationServerCounts {
  codes: number
  refreshes: number
  refreshesRefused: number
  revocations: number
  /** Answers of the API: served, and refused for the token. */
  rows: number
  refused: number
}

export interface TokenResponse {
  readonly access_token: string
  readonly refresh_token: string
  readonly token_type: string
  readonly expires_in: number
  readonly scope: string
}

export interface AuthorizationServer extends Listening {
  readonly issuer: string
  readonly clientId: string
  readonly counts: AuthorizationServerCounts
  /** A token response as the token endpoint would send it, without a sign-in. */
  issueTokens(): Promise<TokenResponse>
  revokeAccessTokens(): void
  /** The next refresh is answered with `invalid_grant`. */
  revokeRefreshTokens(): void
  /** Nobody is signed in here any more, and no grant is left: as after "sign out everywhere". */
  forgetEverything(): void
  /** What RFC 7662 says of a token. */
  isActive(token: string): Promise<boolean>
  resetCounts(): void
  /** Changes an authorization request before it is read, as somebody on the way would. */
  onTheWayThere: (url: URL) => void
  /** Changes where the browser is sent with the answer. */
  onTheWayBack: (url: URL) => void
  /** Whether the token endpoint knows of DPoP. */
  bindsTokens: boolean
  /** Of the API, which shows its clock in `Date`. */
  readonly guard: ApiGuard
  /** Paths of the requests that brought an access token. */
  readonly authorized: readonly string[]
  /** Where the browser was sent with an answer, before any change. */
  readonly waysBack: string[]
}

const accountId = 'ada'
const scope = 'openid offline_access profile rows'
const entries = [
  { id: 1, date: '1887-11-02', entry: 'Lamp lit at 16:41. Wind north-west, glass falling.' },
  { id: 2, date: '1887-11-03', entry: 'Fog signal sounded for nine hours. Two steamers answered.' },
  { id: 3, date: '1887-11-04', entry: 'Trimmed the wick; lens cleaned with spirits of wine.' },
  { id: 4, date: '1887-11-05', entry: 'Supply boat came in. Oil, flour, and a letter from Bergen.' },
]

export async function startAuthorizationServer(options: AuthorizationServerOptions): Promise<AuthorizationServer> {
  const {
    siteOrigin,
    clientId = 'spa',
    lifetimeSeconds = 20,
    refreshLifetimeSeconds = 7 * 24 * 60 * 60,
    dpopNonces = false,
  } = options
  const counts: AuthorizationServerCounts = {
    codes: 0,
    refreshes: 0,
    refreshesRefused: 0,
    revocations: 0,
    rows: 0,
    refused: 0,
  }
  const store = new GrantStore()
  const authorized: string[] = []

  const server = createServer()
  const listening = await listenOnLoopback(server, options.port)
  const issuer = listening.url
  const api = `${issuer}/rows`

  async function grant(): Promise<Grant> {
    const granted = new provider.Grant({ clientId, accountId })
    granted.addOIDCScope(scope)
    granted.addResourceScope(api, 'rows')
    await granted.save()
    return granted
  }

  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const provider = new Provider(issuer, {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: 'demo' }] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    responseTypes: ['code'],
    adapter: (name: string) => store.adapter(name),
    clients: [
      {
        client_id: clientId,
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: [`${siteOrigin}/signed-in`],
        post_logout_redirect_uris: [siteOrigin, `${siteOrigin}/`],
      },
      { client_id: 'api', client_secret: 'api', grant_types: [], response_types: [], redirect_uris: [] },
    ],
    scopes: ['openid', 'offline_access', 'rows'],
    claims: { openid: ['sub'], profile: ['name'] },
    conformIdTokenClaims: false,
    findAccount: (_context: Context, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, name: 'Ada Keeper' }),
    }),
    ttl: {
      AccessToken: lifetimeSeconds,
      RefreshToken: refreshLifetimeSeconds,
      IdToken: 60 * 60,
      Grant: refreshLifetimeSeconds,
      Session: refreshLifetimeSeconds,
      Interaction: 60 * 60,
    },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    // The app is our own: nobody is asked for consent, and `offline_access` needs none.
    issueRefreshToken: (_context: Context, client: { grantTypeAllowed(type: string): boolean }) =>
      client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => false,
    loadExistingGrant: async ({ oidc }: Context) => {
      const known = oidc.result?.consent?.grantId ?? oidc.session.grantIdFor(oidc.client.clientId)
      return (known === undefined ? undefined : await provider.Grant.find(known)) ?? grant()
    },
    rotateRefreshToken: () => true,
    clientBasedCORS: (_context: Context, origin: string) => origin === siteOrigin,
    interactions: { url: (_context: Context, interaction: { uid: string }) => `/interaction/${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: true },
      revocation: {
        enabled: true,
        allowedPolicy: (_context: Context, client: { clientId: string }, token: { clientId: string }) =>
          client.clientId === token.clientId,
      },
      introspection: {
        enabled: true,
        allowedPolicy: (_context: Context, client: { clientId: string }) => client.clientId === 'api',
      },
      dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => dpopNonces },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => undefined,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'rows',
          audience: api,
          accessTokenTTL: lifetimeSeconds,
          accessTokenFormat: 'opaque',
        }),
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context: Context, form: string) => void (context.body = signOutPage(form)),
        postLogoutSuccessSource: (context: Context) => void (context.body = signedOutPage()),
      },
    },
    renderError: (context: Context, out: { error: string; error_description?: string }) => {
      context.type = 'html'
      context.body = failurePage(out.error, out.error_description)
    },
  })

  const guard = new ApiGuard(provider, dpopNonces)
  provider.on(
    'grant.success',
    ({ oidc }) => void (oidc.params['grant_type'] === 'refresh_token' ? counts.refreshes++ : counts.codes++),
  )
  provider.on('grant.error', ({ oidc }, error) => {
    if (oidc?.params?.['grant_type'] === 'refresh_token' && error?.message === 'invalid_grant')
      counts.refreshesRefused++
  })
  provider.use(async (context, next) => {
    await next()
    if (context.path === '/token/revocation' && context.method === 'POST' && context.status === 200)
      counts.revocations++
  })

  provider.use(async (context, next) => {
    if (/^(Bearer|DPoP) /i.test(context.get('authorization'))) authorized.push(context.path)
    await next()
  })

  provider.use(async (context, next) => {
    if (/^\/auth(\/|$)/.test(context.path)) {
      const there = new URL(context.req.url ?? '/', issuer)
      authorizationServer.onTheWayThere(there)
      context.req.url = there.pathname + there.search
    }
    if (!authorizationServer.bindsTokens) delete context.req.headers['dpop']
    await next()
    const location = context.res.getHeader('location')
    if (typeof location === 'string' && location.startsWith(`${siteOrigin}/signed-in`)) {
      authorizationServer.waysBack.push(location)
      const back = new URL(location)
      authorizationServer.onTheWayBack(back)
      context.set('Location', back.href)
    }
  })

  provider.use(async (context, next) => {
    const [, uid, action] = /^\/interaction\/([\w-]+)(?:\/(sign-in|cancel))?$/.exec(context.path) ?? []
    if (uid === undefined) return next()
    if (context.method === 'GET') {
      const { params } = await provider.interactionDetails(context.req, context.res)
      context.type = 'html'
      context.set('Cache-Control', 'no-store')
      context.body = signInPage(uid, String(params['client_id']), new URL(siteOrigin).host)
    } else {
      context.status = 303
      await provider.interactionFinished(
        context.req,
        context.res,
        action === 'sign-in'
          ? { login: { accountId } }
          : { error: 'access_denied', error_description: 'The sign-in was cancelled.' },
      )
    }
  })

  provider.use(async (context, next) => {
    if (!/^\/(rows|demo)(\/|$)/.test(context.path)) return next()
    context.set('Access-Control-Allow-Origin', siteOrigin)
    context.set('Access-Control-Expose-Headers', 'WWW-Authenticate, DPoP-Nonce, Date')
    context.set('Date', new Date(Date.now() + guard.clockAheadMs).toUTCString())
    context.set('Cache-Control', 'no-store')
    context.set('Vary', 'Origin')
    if (context.method === 'OPTIONS') {
      context.set('Access-Control-Allow-Methods', 'GET, POST')
      context.set('Access-Control-Allow-Headers', 'Authorization, Content-Type, DPoP')
      context.set('Access-Control-Max-Age', '600')
      context.status = 204
      return
    }
    const route = `${context.method} ${context.path}`
    if (route === 'POST /demo/sign-in') context.body = await issueTokens()
    else if (route === 'POST /demo/revoke') {
      authorizationServer.revokeAccessTokens()
      context.body = { revoked: true }
    } else if (route === 'GET /demo/counts') context.body = counts
    else if (context.path === '/rows') {
      const found = await guard.authenticate(context)
      if ('challenge' in found) {
        counts.refused++
        context.status = found.status ?? 401
        context.set('WWW-Authenticate', found.challenge)
        context.body = { error: found.error }
      } else {
        counts.rows++
        context.body = { sub: found.accountId, entries }
      }
    } else context.status = 404
  })

  async function issueTokens(): Promise<TokenResponse> {
    const client = await provider.Client.find(clientId)
    const grantId = await (await grant()).save()
    const common = { client, accountId, grantId, scope, gty: 'authorization_code' }
    const accessToken = new provider.AccessToken(common)
    return {
      access_token: await accessToken.save(),
      refresh_token: await new provider.RefreshToken(common).save(),
      token_type: 'Bearer',
      expires_in: lifetimeSeconds,
      scope,
    }
  }

  server.on('request', provider.callback())
  const authorizationServer: AuthorizationServer = {
    ...listening,
    issuer,
    clientId,
    counts,
    issueTokens,
    revokeAccessTokens: () => store.drop('AccessToken'),
    revokeRefreshTokens: () => store.drop('RefreshToken'),
    forgetEverything: () => store.clear(),
    async isActive(token) {
      const response = await fetch(`${issuer}/token/introspection`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from('api:api').toString('base64')}` },
        body: new URLSearchParams({ token }),
      })
      return ((await response.json()) as { active: boolean }).active
    },
    onTheWayThere: () => {},
    onTheWayBack: () => {},
    bindsTokens: true,
    guard,
    authorized,
    waysBack: [],
    resetCounts: () =>
      Object.assign(counts, { codes: 0, refreshes: 0, refreshesRefused: 0, revocations: 0, rows: 0, refused: 0 }),
  }
  return authorizationServer
}
