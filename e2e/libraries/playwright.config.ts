import { defineConfig } from '@playwright/test'
import type { EngineOption } from '../fixtures.ts'

/** `npm run test:libraries`: libraries that send requests, in Chromium. */
export default defineConfig<object, EngineOption>({
  testDir: '.',
  workers: 1,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: '../../.cache/test-libraries/playwright.json' }]],
  projects: [{ name: 'chromium', use: { engineName: 'chromium' } }],
})
