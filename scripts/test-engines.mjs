// npm run test:engines: every browser test in every engine. `npm test` runs some of them in the first engine only.
// With arguments, as in `npm run test:engines -- e2e/threats`: only these.
import { spawnSync } from 'node:child_process'

const { status } = spawnSync('node_modules/.bin/playwright', ['test', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, ALL_IN_EACH_ENGINE: '1' },
})
process.exitCode = status ?? 1
