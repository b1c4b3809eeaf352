import { defineConfig } from '@playwright/test'
import type { EngineOption } from '../fixtures.ts'

/** `npm run test:frameworks`: programs of frameworks, built and run, in Chromium. One at a time: a build takes the whole machine. */
export default defineConfig<object, EngineOption>({
  testDir: '.',
  workers: 1,
  retries: 0,
  timeout: 300_000,
  expect: { timeout: 20_000 },
  reporter: [['list'], ['json', { outputFile: '../../.cache/test-frameworks/playwright.json' }]],
  projects: [{ name: 'chromium', use: { engineName: 'chromium' } }],
})
