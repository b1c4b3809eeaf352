import {
  expect,
  test as base,
  type PlaywrightTestArgs,
  type PlaywrightTestOptions,
  type PlaywrightWorkerArgs,
  type PlaywrightWorkerOptions,
  type TestType,
} from '@playwright/test'
import { TokenServer } from './servers/token-server.ts'
import { BearerWorkerPage } from './bearer-worker-page.ts'

export interface BearerWorkerFixtures {
  /** An authorization server on a free loopback port: lifetimes, rotation, reuse detection, and a fault on demand. */
  tokenServer: TokenServer
  /** Steers Bearer Worker in Playwright's `page`, without the app's knowledge. */
  bearerWorker: BearerWorkerPage
}

export const test: TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & BearerWorkerFixtures,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions
> = base.extend<BearerWorkerFixtures>({
  tokenServer: async ({}, use) => {
    const tokenServer = await TokenServer.start()
    await use(tokenServer)
    await tokenServer.stop()
  },
  bearerWorker: async ({ page, tokenServer }, use) => {
    await use(new BearerWorkerPage(page, tokenServer))
  },
})

export { expect }
