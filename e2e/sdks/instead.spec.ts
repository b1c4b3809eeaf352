/** `docs/migration`: what stood there before runs, and what is left of it runs with the worker. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { PASSWORD } from '../../src/testing/servers/token-server.ts'
import { startGraphql } from '../recipes/graphql-server.ts'
import { expect, test } from './fixtures.ts'
import { openIdProvider } from './openid-provider.ts'
import { serve } from './routes.ts'

interface App {
  signIn(credentials?: object): Promise<void>
  names(): Promise<readonly string[]>
  load(): Promise<Response>
}
declare const window: App

/** The list of @axa-fr/oidc-client: which hosts its worker handles. */
const TRUSTED = {
  default: { oidcDomains: ['https://id.example.com'], accessTokenDomains: ['https://api.example.com'] },
}

const NAMES = ['Bell Rock', 'Cordouan']
const signIn = (page: Page) => page.evaluate((password) => window.signIn({ username: 'ada', password }), PASSWORD)
const names = (page: Page) => page.evaluate(() => window.names())

/** Refreshes by the clock, so that a token that the server refuses before its time is an error. */
const BY_THE_CLOCK = ['apollo', 'trpc']

for (const { library, packageName, before, after } of [
  {
    library: 'urql',
    packageName: '@urql/exchange-auth',
    before: 'instead/urql-before',
    after: 'instead/urql-after',
  },
  {
    library: 'apollo',
    packageName: 'apollo-link-token-refresh',
    before: 'instead/apollo-before',
    after: 'instead/apollo-after',
  },
  {
    library: 'trpc',
    packageName: 'trpc-token-refresh-link',
    before: 'instead/trpc-before',
    after: 'instead/trpc-after',
  },
]) {
  test.describe(packageName, () => {
    test.beforeEach(async ({ site, tokens }) => {
      const graphql = await startGraphql(tokens.issuer)
      site.mounts.set('/graphql', graphql.handle)
      site.mounts.set(
        '/trpc',
        serve({
          // A batch names its calls in the path.
          'GET /trpc/*': ({ authorization, path }) => {
            const isGood = tokens.issuer.accepts(authorization?.replace('Bearer ', '') ?? '')
            const answer = isGood
              ? { result: { data: NAMES.map((name) => ({ name })) } }
              : { error: { message: 'UNAUTHORIZED', code: -32001, data: { code: 'UNAUTHORIZED', httpStatus: 401 } } }
            return { status: isGood ? 200 : 401, body: path.split(',').map(() => answer) }
          },
        }),
      )
    })

    test('before', async ({ openRecipe, tokens }) => {
      const page = await openRecipe(before, packageName)
      if (BY_THE_CLOCK.includes(library)) tokens.issuer.lifetimeSeconds = 0
      await signIn(page)
      tokens.issuer.lifetimeSeconds = 600
      if (!BY_THE_CLOCK.includes(library)) tokens.issuer.expireAccessTokens()
      expect(await names(page)).toEqual(NAMES)
      expect(tokens.refreshes).toHaveLength(1)
      tokens.issuer.expireAccessTokens()
      if (BY_THE_CLOCK.includes(library)) await expect(names(page)).rejects.toThrow()
    })

    test('after', async ({ openRecipe, tokens }) => {
      const page = await openRecipe(after, packageName)
      await signIn(page)
      expect(await names(page)).toEqual(NAMES)
      tokens.issuer.expireAccessTokens()
      expect(await Promise.all([names(page), names(page)])).toEqual([NAMES, NAMES])
      expect(tokens.refreshes).toHaveLength(1)
    })
  })
}

test.describe('@axa-fr/oidc-client', () => {
  const worker = (file: string) =>
    readFileSync(join(import.meta.dirname, '../../node_modules/@axa-fr/oidc-client-service-worker/dist', file), 'utf8')

  for (const [when, recipe] of [
    ['before', 'instead/axa-before'],
    ['after', 'instead/axa-after'],
  ] as const)
    test(when, async ({ account, hosts, lighthouses, openRecipe, site }) => {
      const provider = { account, issuer: 'https://id.example.com', clientId: 'spa' }
      hosts.handlers.set('id.example.com', serve(openIdProvider(provider)))
      site.pages.set('/OidcServiceWorker.js', worker('OidcServiceWorker.js'))
      site.pages.set('/OidcTrustedDomains.js', `const trustedDomains = ${JSON.stringify(TRUSTED)}`)
      const page = await openRecipe(recipe, '@axa-fr/oidc-client')
      site.pages.set('/signed-in', site.pages.get('/')!)

      await page.locator('[data-ready]').waitFor({ state: 'attached' })
      await page.evaluate(() => {
        document.documentElement.dataset.old = 'yes'
        void window.signIn()
      })
      await page.locator('[data-ready]:not([data-old])').waitFor({ state: 'attached' })
      await page.waitForURL(site.url('/'))
      const load = () => page.evaluate(async () => (await window.load()).status)
      await expect.poll(load).toBe(200)
      const picture = () =>
        page.evaluate(() => {
          const image = Object.assign(new Image(), { src: 'https://api.example.com/pictures/1.svg' })
          return image.decode().then(
            () => true,
            () => false,
          )
        })
      account.refuseAccessTokens()
      // A token that is refused before its time is an error there, for pictures as well.
      expect([await load(), await picture()]).toEqual(when === 'before' ? [401, false] : [200, true])
      expect(lighthouses.served).toContain('/rows')
    })
})
