import { test as base } from '@playwright/test'
import type { Browsing, Engine, EngineName } from './engines/engine.ts'
import { launch } from './engines/launch.ts'
import { oauthSession, oneSession, resourcesSession } from './configurations.ts'
import { Api } from './servers/api.ts'
import { Resources } from './servers/resources.ts'
import { Site } from './servers/site.ts'
import { TokenServer } from '../src/testing/servers/token-server.ts'

export interface EngineOption {
  engineName: EngineName
}

interface Fixtures {
  /** A fresh profile of the engine under test. */
  browsing: Browsing
  /** Issues the tokens: an origin of its own, also mounted at `/auth/` of the site. */
  tokens: TokenServer
  /** Requires tokens: an origin of its own, also mounted at `/api/` of the site. */
  api: Api
  /** Another API that no configuration contains. */
  stranger: Api
  /** Media, streams, redirects: an origin of its own, also mounted at `/r/` of the site if a spec uses it. */
  resources: Resources
  /** The site that uses Bearer Worker, with `oauthSession` as its configuration. */
  site: Site
}

export const test = base.extend<Fixtures, EngineOption & { engine: Engine }>({
  engineName: ['chromium', { option: true, scope: 'worker' }],
  engine: [
    async ({ engineName }, use) => {
      const engine = await launch(engineName)
      await use(engine)
      await engine.close()
    },
    { scope: 'worker' },
  ],
  browsing: async ({ engine }, use, testInfo) => {
    testInfo.annotations.push({ type: 'engine', description: engine.version })
    const browsing = await engine.browse()
    await use(browsing)
    await browsing.close()
  },
  tokens: async ({}, use) => {
    const tokens = await TokenServer.start()
    await use(tokens)
    await tokens.stop()
  },
  api: async ({ tokens }, use) => {
    const api = await Api.start(tokens.issuer)
    await use(api)
    await api.stop()
  },
  stranger: async ({ tokens }, use) => {
    const stranger = await Api.start(tokens.issuer)
    await use(stranger)
    await stranger.stop()
  },
  resources: async ({ tokens, site }, use) => {
    const resources = await Resources.start(tokens.issuer)
    site.mounts.set('/r/', resources.handle)
    site.configuration = oneSession(resourcesSession(resources, tokens))
    await use(resources)
    await resources.stop()
  },
  site: async ({ api, tokens }, use) => {
    const site = await Site.start()
    site.mounts.set('/api/', api.handle)
    site.mounts.set('/auth/', tokens.handle)
    site.configuration = oneSession(oauthSession(api, tokens))
    await use(site)
    await site.stop()
  },
})

export { expect } from '@playwright/test'
