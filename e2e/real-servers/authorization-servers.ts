/** Authorization servers that run here: the worker signs in by the code flow. */
import type { JsonObject } from '../../src/servers/known-server.ts'
import type { Tab } from '../engines/engine.ts'
import { arrivedAt } from '../oauth.ts'
import type { Package, Running } from './program.ts'
import { sessionFor } from './servers.ts'

/** Each has an API at `/rows`, and takes `/refuse` and `/end` as from an administrator. */
export interface RealAuthorizationServer {
  readonly title: string
  readonly program: string
  readonly package: Package
  /** What the program is started with. */
  readonly options?: Readonly<Record<string, string>>
  session(running: Running): JsonObject
  /** Why it differs from the configuration of `src/servers`. */
  readonly note?: string
  /** What the metadata say besides the issuer. */
  readonly metadata?: JsonObject
  /** The `sub` of the user. */
  readonly subject?: string
  /** What the user does at the server. */
  signsIn?(tab: Tab, running: Running): Promise<void>
}

const MODES = {
  par: 'pushed authorization requests are required',
  pairwise: 'pairwise subjects, refresh tokens without rotation',
  path: 'an issuer with a path',
  eddsa: 'ID tokens signed with EdDSA',
}

const oidcProvider = Object.entries(MODES).map(
  ([mode, title]): RealAuthorizationServer => ({
    title,
    program: 'oidc-provider',
    package: { npm: 'oidc-provider' },
    options: { MODE: mode },
    session: ({ url, told }) => ({
      resources: [`${url}/rows`],
      authorizationServer: {
        issuer: told['issuer']!,
        clientId: 'spa',
        redirectUri: '/signed-in',
        scope: 'openid offline_access rows',
      },
    }),
    ...(mode === 'par' && { metadata: { require_pushed_authorization_requests: true } }),
    subject: mode === 'pairwise' ? 'pairwise-ada' : 'ada',
  }),
)

export const REAL_AUTHORIZATION_SERVERS: readonly RealAuthorizationServer[] = [
  ...oidcProvider,
  {
    title: 'django-oauth-toolkit',
    program: 'django-oauth-toolkit',
    package: { debian: 'python3-django-oauth-toolkit' },
    note: 'Version 1.7 has its metadata at a URL that ends with a slash; the test adds the URL without it, which newer versions have',
    session: ({ url, told }) =>
      sessionFor('django-oauth-toolkit', {
        issuer: told['issuer']!,
        clientId: 'spa',
        redirectUri: '/signed-in',
        scope: 'openid read write',
        api: `${url}/rows`,
      }),
  },
  {
    title: 'lemonldap-ng',
    program: 'lemonldap-ng',
    package: { debian: 'liblemonldap-ng-portal-perl' },
    session: ({ url, told }) =>
      sessionFor('lemonldap-ng', {
        issuer: told['issuer']!,
        clientId: 'spa',
        redirectUri: '/signed-in',
        afterSignOut: '/',
        scope: 'openid profile email',
        api: `${url}/rows`,
      }),
    subject: 'dwho',
    async signsIn(tab, { told }) {
      await arrivedAt(tab, told['issuer']!)
      // Their form changes its button as it is sent, so it is filled in as a user does.
      await tab.evaluate(() => {
        const field = (name: string) => document.querySelector<HTMLInputElement>(`input[name="${name}"]`)!
        field('user').value = 'dwho'
        field('password').value = 'dwho'
        field('password').form!.querySelector<HTMLElement>('[type="submit"]')!.click()
      })
    },
  },
]
