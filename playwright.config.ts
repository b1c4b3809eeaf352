import { defineConfig } from '@playwright/test'
import type { EngineOption } from './e2e/fixtures.ts'
import { selectedEngines } from './scripts/browsers.mjs'

/**
 * Only the first engine of the run has these: engines do not differ in them, or they take too long for all three.
 * `npm run test:engines` runs them in each.
 */
const ONCE = [
  'accounts/edges.spec.ts',
  'accounts/leaving.spec.ts',
  'accounts/sign-in.spec.ts',
  'servers.spec.ts',
  'apis/refused.spec.ts',
  'apis/resource-indicators.spec.ts',
  'apis/sockets.spec.ts',
  'apis/store.spec.ts',
  'known-servers.spec.ts',
  'command.spec.ts',
  'vite.spec.ts',
  'authorization-server.spec.ts',
  'baserow.spec.ts',
  'capture.spec.ts',
  'chaos/*.spec.ts',
  'configuration.spec.ts',
  'demo.spec.ts',
  'demo-vault.spec.ts',
  'every-server.spec.ts',
  'exchange.spec.ts',
  'inspector/*.spec.ts',
  'judging.spec.ts',
  'parts/changed-configuration.spec.ts',
  'parts/own-worker.spec.ts',
  'patterns.spec.ts',
  'provide-tokens.spec.ts',
  'reliability.spec.ts',
  'several-sessions.spec.ts',
  'sockets/stream.spec.ts',
  'sign-out.spec.ts',
  'store.spec.ts',
  'whose-session.spec.ts',
  'workbox-part.spec.ts',
  'recipes/*.spec.ts',
  'threats.spec.ts',
  'threats/*.spec.ts',
  'vault/attacks*.spec.ts',
  'vault/captured.spec.ts',
  'vault/lost-frames.spec.ts',
  'vault/proofs.spec.ts',
  'vault/ways.spec.ts',
]

/**
 * The same, of specs that every engine runs: tests with the tag `@once`, and kinds of files that are no part. One of them, a
 * file that is not found, is left.
 */
const ONCE_TITLES =
  /\bpart( of a newer one)? (is the HTML|is HTML|is another script|breaks off|is of another|has the type)/

/** Suites with packages of their own: `npm run test:sdks` and the like run them. */
const ELSEWHERE = [
  'e2e/sdks/**',
  'e2e/real-servers/**',
  'e2e/frameworks/**',
  'e2e/libraries/**',
  'e2e/socket-libraries/**',
]

const hasAll = (index: number): boolean => index === 0 || process.env.ALL_IN_EACH_ENGINE !== undefined

export default defineConfig<object, EngineOption>({
  testDir: 'e2e',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 120_000,
  // Chromium looks every half minute whether a worker that is to be replaced is idle.
  expect: { timeout: 45_000 },
  reporter: [['list'], ['json', { outputFile: '.cache/test/playwright.json' }]],
  projects: selectedEngines().map((engineName, index) => ({
    name: engineName,
    use: { engineName },
    testIgnore: [...ELSEWHERE, ...(hasAll(index) ? [] : ONCE)].map((file) => `**/${file}`),
    ...(!hasAll(index) && { grepInvert: [ONCE_TITLES, /@once/] }),
  })),
})
