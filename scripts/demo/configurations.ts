/** The configurations of the demo: without a vault, with one, and that of the vault itself. */
export interface DemoServers {
  readonly baserow: string
  /** The authorization server of the page without a vault, and of the one with it. */
  readonly id: OAuthServer
  readonly idOfVault: OAuthServer
  /** The origin of the page with a vault. */
  readonly app: string
  /** The origin of its vault. */
  readonly vault: string
}

interface OAuthServer {
  readonly url: string
  readonly issuer: string
  readonly clientId: string
}

/** Which requests get a token, and where one is refused: the app says that, with and without a vault. */
const resourcesOf = (baserow: string, id: OAuthServer) => ({
  lighthouses: {
    resources: [`${baserow}/api/*`, `${baserow}/pictures/*`],
    scheme: 'JWT',
    capture: [`${baserow}/api/user/token-auth/`],
    invalidToken: { statuses: [401], errorCodes: ['ERROR_INVALID_ACCESS_TOKEN'] },
  },
  logbook: { resources: [`${id.url}/rows`], capture: [`${id.url}/demo/sign-in`] },
})

/** How tokens are refreshed, and how users sign in: that of the vault, where there is one. */
const sourcesOf = (baserow: string, { issuer, clientId }: OAuthServer, redirectUri: string) => ({
  lighthouses: {
    refresh: { url: `${baserow}/api/user/token-refresh/`, body: 'json' },
    sessionEnded: { errorCodes: ['ERROR_INVALID_REFRESH_TOKEN'] },
  },
  logbook: {
    authorizationServer: { issuer, clientId, redirectUri, scope: 'openid offline_access profile rows' },
  },
})

export function configurationsOf({ baserow, id, idOfVault, app, vault }: DemoServers) {
  const plain = { resources: resourcesOf(baserow, id), sources: sourcesOf(baserow, id, '/signed-in') }
  const page = '/bearer-worker.vault.html'
  const { lighthouses, logbook } = resourcesOf(baserow, idOfVault)
  return {
    plain: {
      $schema: './bearer-worker.schema.json',
      sessions: {
        lighthouses: { ...plain.resources.lighthouses, ...plain.sources.lighthouses },
        logbook: { ...plain.resources.logbook, ...plain.sources.logbook },
      },
    },
    withVault: {
      $schema: './bearer-worker.schema.json',
      sessions: {
        lighthouses: { ...lighthouses, vault: vault + page },
        logbook: { ...logbook, vault: vault + page },
      },
    },
    vault: {
      $schema: './bearer-worker.vault.schema.json',
      apps: [app],
      sessions: sourcesOf(baserow, idOfVault, page),
    },
  }
}
