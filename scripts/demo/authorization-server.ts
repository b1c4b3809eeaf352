/**
 * An OAuth 2.0 authorization server for a browser app, with a protected API beside it: a public client with
 * PKCE, refresh tokens that rotate and are revoked as a family on reuse, DPoP when the client asks for it.
 * `/rows` is the API, `/letters` another one; `/demo/*` is ours.
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2
 */
import { createServer } from 'node:http'
import Provider, { type Context, type Grant } from 'oidc-provider'
import { ApiGuard } from './api-guard.ts'
import { GrantStore } from './grant-store.ts'
import { type Listening, listenOnLoopback } from './listen-on-loopback.ts'
import { signInPage } from './authorization-pages.ts'
import { providerConfiguration } from './provider-configuration.ts'

export interface AuthorizationServerOptions {
  /** 0 or nothing: any free port. */
  readonly port?: number
  /** Its name, where it has to be of the same site as its apps; `localhost` by default. */
  readonly host?: string
  /** The origin of the app; its redirect URI is `/signed-in` there. */
  readonly siteOrigin: string
  /** Where users come back to; `/signed-in` of the app by default. */
  readonly redirectUri?: string
  /** Further origins whose pages may call this server: other apps, and their vault. */
  readonly otherOrigins?: readonly string[]
  readonly clientId?: string
  readonly lifetimeSeconds?: number
  readonly refreshLifetimeSeconds?: number
  /** Ask for a nonce in every DPoP proof, here and at the API. */
  readonly dpopNonces?: boolean
  /** Take authorization requests only where they were pushed. @see https://www.rfc-editor.org/rfc/rfc9126 */
  readonly pushedRequests?: boolean
}

export interface AuthorizationServerCounts {
  codes: number
  refreshes: number
  refreshesRefused: number
  revocations: number
  /** Requests that the API served; `refused` counts those refused for their token. */
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
  /** Removes every session and grant, as "sign out everywhere" does. */
  forgetEverything(): void
  /** Introspects a token (RFC 7662). */
  isActive(token: string): Promise<boolean>
  resetCounts(): void
  /** Changes an authorization request before the server reads it, as an attacker in between would. */
  onTheWayThere: (url: URL) => void
  /** Changes the redirect to the app, which carries the authorization response. */
  onTheWayBack: (url: URL) => void
  /** Whether the token endpoint supports DPoP. */
  bindsTokens: boolean
  /** Protects the API, which shows its clock in the `Date` header. */
  readonly guard: ApiGuard
  /** Paths of the requests that carried an access token. */
  readonly authorized: string[]
  /** The redirects to the app, before any change. */
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

const noCounts: AuthorizationServerCounts = {
  codes: 0,
  refreshes: 0,
  refreshesRefused: 0,
  revocations: 0,
  rows: 0,
  refused: 0,
}

export async function startAuthorizationServer(options: AuthorizationServerOptions): Promise<AuthorizationServer> {
  const {
    siteOrigin,
    redirectUri = `${siteOrigin}/signed-in`,
    otherOrigins = [],
    clientId = 'spa',
    lifetimeSeconds = 20,
    refreshLifetimeSeconds = 7 * 24 * 60 * 60,
    dpopNonces = false,
    pushedRequests = false,
  } = options
  const store = new GrantStore()
  const server = createServer()
  const listening = await listenOnLoopback(server, options.port, options.host)
  const issuer = listening.url
  const apis = new Map([
    [`${issuer}/rows`, 'rows'],
    [`${issuer}/letters`, 'letters'],
  ])
  const provider = new Provider(
    issuer,
    await providerConfiguration({
      siteOrigin,
      redirectUri,
      origins: [siteOrigin, ...otherOrigins],
      clientId,
      lifetimeSeconds,
      refreshLifetimeSeconds,
      dpopNonces,
      pushedRequests,
      apis,
      store,
      findGrant: async (context) => (await knownGrant(provider, context)) ?? newGrant(provider, clientId, apis),
    }),
  )

  const authorizationServer: AuthorizationServer = {
    ...listening,
    issuer,
    clientId,
    counts: { ...noCounts },
    issueTokens: async () => {
      const grantId = await (await newGrant(provider, clientId, apis)).save()
      return issueTokens({ provider, clientId, grantId, lifetimeSeconds })
    },
    revokeAccessTokens: () => store.drop('AccessToken'),
    revokeRefreshTokens: () => store.drop('RefreshToken'),
    forgetEverything: () => store.clear(),
    isActive: (token) => introspect(issuer, token),
    onTheWayThere: () => {},
    onTheWayBack: () => {},
    bindsTokens: true,
    guard: new ApiGuard(provider, dpopNonces),
    authorized: [],
    waysBack: [],
    resetCounts: () => Object.assign(authorizationServer.counts, noCounts),
  }
  // The provider runs middleware in the order of these steps.
  countGrants(provider, authorizationServer)
  noteAuthorized(provider, authorizationServer)
  changeOnTheWay(provider, authorizationServer, redirectUri)
  serveInteractions(provider, siteOrigin)
  serveApi(provider, authorizationServer, [siteOrigin, ...otherOrigins])
  server.on('request', provider.callback())
  return authorizationServer
}

async function knownGrant(provider: Provider, { oidc }: Context): Promise<Grant | undefined> {
  const known = oidc.result?.consent?.grantId ?? oidc.session.grantIdFor(oidc.client.clientId)
  return known === undefined ? undefined : provider.Grant.find(known)
}

async function newGrant(provider: Provider, clientId: string, apis: ReadonlyMap<string, string>): Promise<Grant> {
  const granted = new provider.Grant({ clientId, accountId })
  granted.addOIDCScope(`${scope} letters`)
  for (const [api, itsScope] of apis) granted.addResourceScope(api, itsScope)
  await granted.save()
  return granted
}

interface Issuing {
  readonly provider: Provider
  readonly clientId: string
  readonly grantId: string
  readonly lifetimeSeconds: number
}

async function issueTokens({ provider, clientId, grantId, lifetimeSeconds }: Issuing): Promise<TokenResponse> {
  const client = await provider.Client.find(clientId)
  const common = { client, accountId, grantId, scope, gty: 'authorization_code' }
  return {
    access_token: await new provider.AccessToken(common).save(),
    refresh_token: await new provider.RefreshToken(common).save(),
    token_type: 'Bearer',
    expires_in: lifetimeSeconds,
    scope,
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc7662#section-2.1 */
async function introspect(issuer: string, token: string): Promise<boolean> {
  const response = await fetch(`${issuer}/token/introspection`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from('api:api').toString('base64')}` },
    body: new URLSearchParams({ token }),
  })
  return ((await response.json()) as { active: boolean }).active
}

function countGrants(provider: Provider, { counts }: AuthorizationServer): void {
  provider.on('grant.success', ({ oidc }) => {
    if (oidc.params['grant_type'] === 'refresh_token') counts.refreshes++
    else counts.codes++
  })
  provider.on('grant.error', ({ oidc }, error) => {
    if (oidc?.params?.['grant_type'] === 'refresh_token' && error?.message === 'invalid_grant')
      counts.refreshesRefused++
  })
  provider.use(async (context, next) => {
    await next()
    if (context.path === '/token/revocation' && context.method === 'POST' && context.status === 200)
      counts.revocations++
  })
}

function noteAuthorized(provider: Provider, { authorized }: AuthorizationServer): void {
  provider.use(async (context, next) => {
    if (/^(Bearer|DPoP) /i.test(context.get('authorization'))) authorized.push(context.path)
    await next()
  })
}

/** Lets a test change an authorization request, its answer, and whether a proof counts. */
function changeOnTheWay(provider: Provider, authorizationServer: AuthorizationServer, redirectUri: string): void {
  provider.use(async (context, next) => {
    if (/^\/auth(\/|$)/.test(context.path)) {
      const there = new URL(context.req.url ?? '/', authorizationServer.issuer)
      authorizationServer.onTheWayThere(there)
      context.req.url = there.pathname + there.search
    }
    if (!authorizationServer.bindsTokens) delete context.req.headers['dpop']
    await next()
    const location = context.res.getHeader('location')
    if (typeof location === 'string' && location.startsWith(redirectUri)) {
      authorizationServer.waysBack.push(location)
      const back = new URL(location)
      authorizationServer.onTheWayBack(back)
      context.set('Location', back.href)
    }
  })
}

/** The sign-in page and its two buttons. */
function serveInteractions(provider: Provider, siteOrigin: string): void {
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
}

/** The protected APIs, and what the buttons of the demo page use. */
function serveApi(provider: Provider, authorizationServer: AuthorizationServer, origins: readonly string[]): void {
  const { guard, counts } = authorizationServer
  provider.use(async (context, next) => {
    if (!/^\/(rows|letters|demo)(\/|$)/.test(context.path)) return next()
    const origin = context.get('origin')
    context.set('Access-Control-Allow-Origin', origins.includes(origin) ? origin : origins[0]!)
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
    if (route === 'POST /demo/sign-in') context.body = await authorizationServer.issueTokens()
    else if (route === 'POST /demo/revoke') {
      authorizationServer.revokeAccessTokens()
      context.body = { revoked: true }
    } else if (route === 'GET /demo/counts') context.body = counts
    else if (context.path === '/rows' || context.path === '/letters') await answerRows(context, authorizationServer)
    else context.status = 404
  })
}

async function answerRows(context: Context, { guard, counts }: AuthorizationServer): Promise<void> {
  const found = await guard.authenticate(context, context.path.slice(1))
  if ('challenge' in found) {
    counts.refused++
    context.status = found.status ?? 401
    context.set('WWW-Authenticate', found.challenge)
    context.body = { error: found.error }
  } else {
    counts.rows++
    context.body = { sub: found.accountId, entries }
  }
}
