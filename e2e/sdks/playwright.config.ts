import { defineConfig } from '@playwright/test'
import type { EngineOption } from '../fixtures.ts'

/** `npm run test:sdks`: the recipes with the real SDKs, in Chromium. */
export default defineConfig<object, EngineOption>({
  testDir: '..',
  testMatch: ['sdks/*.spec.ts', 'recipes/oidc-client-ts.spec.ts', 'recipes/better-auth.spec.ts'],
  fullyParallel: true,
  workers: 1,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: '../../.cache/test-sdks/playwright.json' }]],
  projects: [{ name: 'chromium', use: { engineName: 'chromium' } }],
})
