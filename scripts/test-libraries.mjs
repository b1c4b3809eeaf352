// npm run test:libraries: installs the packages of examples/libraries, lets each library send requests in Chromium, and writes the
// result to docs/libraries.md. With arguments, as in `npm run test:libraries -- -g htmx`: only these, and their rows.
import { annotated, runTests, testsIn, today, writeRows } from './own-packages.mjs'

runTests(['examples/libraries'], 'e2e/libraries/playwright.config.ts')
const rows = testsIn('.cache/test-libraries/playwright.json').flatMap((test) => {
  const [name, version] = annotated(test, 'package')[0]?.split(' ') ?? []
  const [by = ''] = annotated(test, 'by')
  return name ? [[`\`${name}\``, String(version), by, test.passed ? 'works' : '**fails**', today()]] : []
})
writeRows('docs/libraries.md', ['package', 'version', 'tried with', 'result', 'run'], rows)
