// Installs the browsers of this run that are missing: with apt as root on Debian, else with Playwright, else it says what to do.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { DEBIAN_PACKAGES, locate, selectedEngines } from './browsers.mjs'

const engines = selectedEngines()
const missing = () => engines.filter((engine) => !locate(engine))

if (missing().length > 0 && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
  const apt = ['apt-get', '-o', 'DPkg::Lock::Timeout=600', '-qq']
  run([...apt, 'update'])
  // Judged by the executables afterwards: another half-configured package makes apt-get fail although ours are there.
  run([...apt, 'install', '-y', '--no-install-recommends', ...missing().flatMap((engine) => DEBIAN_PACKAGES[engine])])
}
if (missing().length > 0) run([process.execPath, 'node_modules/@playwright/test/cli.js', 'install', ...missing()])

if (missing().length > 0) {
  const packages = missing().flatMap((engine) => DEBIAN_PACKAGES[engine]).join(' ')
  console.error(`No browser for: ${missing().join(', ')}.
On Debian, as root: apt-get install ${packages}
Elsewhere: npx playwright install --with-deps ${missing().join(' ')}
Or name fewer engines: ENGINES=chromium npm test`)
  process.exit(1)
}

/** @param {readonly string[]} command */
function run([program, ...argumentList]) {
  console.log(`browsers: ${[program, ...argumentList].join(' ')}`)
  spawnSync(program, argumentList, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
}
