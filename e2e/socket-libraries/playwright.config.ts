import { defineConfig } from '@playwright/test'
import type { EngineOption } from '../fixtures.ts'

/** `npm run test:sockets`: libraries that open WebSockets, with real servers, in Chromium. */
export default defineConfig<object, EngineOption>({
  testDir: '.',
  workers: 1,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: '../../.cache/test-sockets/playwright.json' }]],
  projects: [{ name: 'chromium', use: { engineName: 'chromium' } }],
})
