// npm run test:sdks: installs the packages beside the recipes in examples/sdks and examples/instead, runs each recipe in
// Chromium, and writes the result to docs/sdks/README.md. With arguments, as in `npm run test:sdks -- firebase`: only these, and their rows.
import { readFileSync } from 'node:fs'
import { annotated, runTests, testsIn, today, writeRows } from './own-packages.mjs'

/** Packages that the project has itself, with the versions of its own lock file. */
const OWN = ['oidc-client-ts', 'better-auth']

runTests(['examples/sdks', 'examples/instead'], 'e2e/sdks/playwright.config.ts')
/** @type {Map<string, { version: string, passed: boolean }>} */
const results = new Map()
for (const test of testsIn('.cache/test-sdks/playwright.json')) {
  const own = OWN.find((name) => test.file.endsWith(`${name}.spec.ts`))
  const [name, version = ''] = own ? [own, versionOf(own)] : (annotated(test, 'package')[0]?.split(' ') ?? [])
  if (!name) throw new Error(`"${test.title}" does not say which package it runs.`)
  results.set(name, { version, passed: test.passed && (results.get(name)?.passed ?? true) })
}
const rows = [...results].map(([name, { version, passed }]) => [
  `\`${name}\``,
  version,
  passed ? 'works' : '**fails**',
  today(),
])
writeRows('docs/sdks/README.md', ['package', 'version', 'result', 'run'], rows)

/** @param {string} name */
function versionOf(name) {
  return JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
}
