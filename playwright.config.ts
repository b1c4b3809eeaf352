import { defineConfig } from '@playwright/test'
import type { EngineOption } from './e2e/fixtures.ts'
import { selectedEngines } from './scripts/browsers.mjs'

/**
 * Only the first engine of the run has these: no engine is in them, or they take too long for all three.
 * `ENGINES=firefox npm test -- e2e/threats` runs them in another one.
 */
const ONCE = ['servers.spec.ts', 'recipes/testing.spec.ts', 'recipes/first-request.spec.ts', 'threats/*.spec.ts']

export default defineConfig<object, EngineOption>({
  testDir: 'e2e',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: '.cache/test/playwright.json' }]],
  projects: selectedEngines().map((engineName, index) => ({
    name: engineName,
    use: { engineName },
    testIgnore: index === 0 ? [] : ONCE.map((file) => `**/${file}`),
  })),
})
