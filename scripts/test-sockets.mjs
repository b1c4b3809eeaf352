// npm run test:sockets: installs the libraries in e2e/socket-libraries, runs each with its server in Chromium, and writes the
// result to docs/sockets.md. With arguments, as in `npm run test:sockets -- -g phoenix`: only these, and their rows.
import { annotated, runTests, testsIn, today, writeRows } from './own-packages.mjs'

const FOLDER = 'e2e/socket-libraries'

runTests([FOLDER], `${FOLDER}/playwright.config.ts`)
const rows = testsIn('.cache/test-sockets/playwright.json').map((test) => {
  const [name = '', version = ''] = annotated(test, 'library')[0]?.split(' ') ?? []
  const [server = ''] = annotated(test, 'server')
  const [way] = annotated(test, 'way')
  return [`\`${name}\``, version, server, `\`${way}\``, test.passed ? 'works' : '**fails**', today()]
})
writeRows('docs/sockets.md', ['library', 'version', 'with the server', 'key', 'result', 'run'], rows)
