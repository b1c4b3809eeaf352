// npm run chaos: the long forms of e2e/chaos. `-- --seed N` plays one seed again, `--rounds N`, `--no-grace`, `--races
// N`, `--soak` only the soak.
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    rounds: { type: 'string', default: '200' },
    races: { type: 'string', default: '100' },
    soak: { type: 'boolean' },
    'no-grace': { type: 'boolean' },
  },
})
const seed = values.seed ?? String(Math.floor(Math.random() * 2 ** 31))
const rounds = values.seed || values['no-grace'] ? 'chaos' : '(chaos|two profiles)'
const only = values.soak ? 'soak' : rounds

const run = (/** @type {string} */ program, /** @type {string[]} */ ...words) =>
  spawnSync(program, words, {
    stdio: 'inherit',
    env: {
      ...process.env,
      CHAOS_SEED: seed,
      CHAOS_ROUNDS: values.rounds,
      CHAOS_RACES: values.races,
      CHAOS_SOAK: '10000',
      CHAOS_GRACE: values['no-grace'] ? '0' : '10',
    },
  }).status

run('npm', 'run', 'build')
process.exitCode =
  run(
    'node_modules/.bin/playwright',
    'test',
    'e2e/chaos',
    'e2e/vault/lost-frames.spec.ts',
    '--project=chromium',
    '--workers=1',
    '--reporter=list',
    '-g',
    only,
  ) ?? 1
