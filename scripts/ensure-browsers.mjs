// Installs missing browsers for this run: with apt if root on Debian, Chromium also with Playwright. Otherwise prints
// what to do.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { CURES, DEBIAN_PACKAGES, locate, selectedEngines } from './browsers.mjs'

const engines = selectedEngines()
const missing = () => engines.filter((engine) => !locate(engine))

if (missing().length > 0 && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
  const apt = ['apt-get', '-o', 'DPkg::Lock::Timeout=600', '-qq']
  run([...apt, 'update'])
  // Its status is ignored, since another half-configured package makes apt-get fail. The executables are checked
  // afterwards.
  for (const engine of missing()) {
    for (const packages of DEBIAN_PACKAGES[engine]) {
      if (!locate(engine)) run([...apt, 'install', '-y', '--no-install-recommends', ...packages])
    }
  }
}
if (missing().includes('chromium'))
  run([process.execPath, 'node_modules/@playwright/test/cli.js', 'install', 'chromium'])

if (missing().length > 0) {
  const rest = engines.filter((engine) => !missing().includes(engine)).join() || 'chromium'
  console.error(`Nothing was tested. These browsers are missing:
${missing()
  .map((engine) => `  ${engine}: ${CURES[engine]}`)
  .join('\n')}
Or test without them: ENGINES=${rest} npm test`)
  process.exit(1)
}

/** @param {readonly string[]} command */
function run([program, ...argumentList]) {
  console.log(`browsers: ${[program, ...argumentList].join(' ')}`)
  spawnSync(program, argumentList, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
}
