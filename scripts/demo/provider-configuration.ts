/**
 * How the demo's authorization server is set up.
 * @see https://github.com/panva/node-oidc-provider/blob/main/docs/README.md
 */
import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair } from 'jose'
import { type Context, errors, type Grant } from 'oidc-provider'
import { failurePage, signedOutPage, signOutPage } from './authorization-pages.ts'
import type { GrantStore } from './grant-store.ts'

export interface ProviderOptions {
  readonly siteOrigin: string
  readonly redirectUri: string
  /** Whose pages may call the token endpoint. */
  readonly origins: readonly string[]
  readonly clientId: string
  readonly lifetimeSeconds: number
  readonly refreshLifetimeSeconds: number
  readonly dpopNonces: boolean
  readonly pushedRequests: boolean
  /** The protected APIs by their resource indicators, each with its scope. */
  readonly apis: ReadonlyMap<string, string>
  readonly store: GrantStore
  /** The grant of a user who has not consented yet: the app is our own, so nobody is asked. */
  findGrant(context: Context): Promise<Grant>
}

export async function providerConfiguration(options: ProviderOptions): Promise<object> {
  const { origins, store, findGrant } = options
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: 'demo' }] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    responseTypes: ['code'],
    adapter: (name: string) => store.adapter(name),
    clients: clientsOf(options),
    scopes: ['openid', 'offline_access', ...options.apis.values()],
    claims: { openid: ['sub'], profile: ['name'] },
    conformIdTokenClaims: false,
    findAccount: (_context: Context, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, name: 'Ada Keeper' }),
    }),
    ttl: lifetimesOf(options),
    cookies: { keys: [randomBytes(16).toString('hex')] },
    // The app is our own: nobody is asked for consent, and `offline_access` needs none.
    issueRefreshToken: (_context: Context, client: { grantTypeAllowed(type: string): boolean }) =>
      client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => false,
    loadExistingGrant: findGrant,
    rotateRefreshToken: () => true,
    clientBasedCORS: (_context: Context, origin: string) => origins.includes(origin),
    interactions: { url: (_context: Context, interaction: { uid: string }) => `/interaction/${interaction.uid}` },
    features: featuresOf(options),
    renderError: (context: Context, out: { error: string; error_description?: string }) => {
      context.type = 'html'
      context.body = failurePage(out.error, out.error_description)
    },
  }
}

/** The app, which is a public client, and the API, which asks whether a token is active. */
function clientsOf({ siteOrigin, redirectUri, clientId }: ProviderOptions): readonly object[] {
  return [
    {
      client_id: clientId,
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris: [redirectUri],
      post_logout_redirect_uris: [siteOrigin, `${siteOrigin}/`],
    },
    { client_id: 'api', client_secret: 'api', grant_types: [], response_types: [], redirect_uris: [] },
  ]
}

/** In seconds. */
function lifetimesOf({ lifetimeSeconds, refreshLifetimeSeconds }: ProviderOptions): object {
  return {
    AccessToken: lifetimeSeconds,
    RefreshToken: refreshLifetimeSeconds,
    IdToken: 60 * 60,
    Grant: refreshLifetimeSeconds,
    Session: refreshLifetimeSeconds,
    Interaction: 60 * 60,
  }
}

function featuresOf({ apis, lifetimeSeconds, dpopNonces, pushedRequests }: ProviderOptions): object {
  return {
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
    pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: pushedRequests },
    dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => dpopNonces },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => undefined,
      useGrantedResource: () => true,
      getResourceServerInfo: (_context: Context, resource: string) => {
        const scope = apis.get(resource)
        if (scope === undefined) throw new errors.InvalidTarget()
        return { scope, audience: resource, accessTokenTTL: lifetimeSeconds, accessTokenFormat: 'opaque' }
      },
    },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (context: Context, form: string) => void (context.body = signOutPage(form)),
      postLogoutSuccessSource: (context: Context) => void (context.body = signedOutPage()),
    },
  }
}
