// npm run test:frameworks: installs the packages of examples/frameworks, builds and runs each program in Chromium, and writes the
// result to docs/frameworks.md. With arguments, as in `npm run test:frameworks -- -g Angular`: only these, and their rows.
import { annotated, cellsOfSteps, runTests, testsIn, today, writeRows } from './own-packages.mjs'

const STEPS = ['deep link', 'sign-in', 'expiry', 'hard reload', 'end', 'sign-out']

runTests(['examples/frameworks'], 'e2e/frameworks/playwright.config.ts')
const rows = testsIn('.cache/test-frameworks/playwright.json').flatMap((test) => {
  const [program] = annotated(test, 'program')
  // A test that was skipped, as without nginx, says nothing.
  if (program === undefined) return []
  const name = `${program}, ${annotated(test, 'mode')[0]}`
  const packages = annotated(test, 'package').join(', ')
  return [[name, packages, ...cellsOfSteps(test, STEPS), `${annotated(test, 'seconds')[0]} s`, today()]]
})
writeRows('docs/frameworks.md', ['program', 'versions', ...STEPS, 'until it answers', 'run'], rows)
