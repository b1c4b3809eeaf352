// `npm run bench`: builds, measures, prints a table, writes bench/results.json, docs/bench.md and the charts.
//   -- --quick            fewer rounds, only printed
//   -- --only <measure>   one or several of them (small,first), only printed
//   -- --profile          where the worker's time goes instead
//   -- --render           the page and the charts again, from bench/results.json
//   -- --as-built         with what is in dist/
//   -- --beside <folder>  the page script of another build beside this one's, in the measure "load"; only printed
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    only: { type: 'string' },
    profile: { type: 'boolean' },
    render: { type: 'boolean' },
    'as-built': { type: 'boolean' },
    beside: { type: 'string' },
  },
})

if (!options.render && !options['as-built']) {
  run(process.execPath, 'scripts/ensure-browsers.mjs')
  // It also fails when a script is over its size limit, which is measured nevertheless.
  run('npm', 'run', '--silent', 'build')
}

// Node 20 cannot run TypeScript itself.
const { runnerImport } = await import('vite')
const { module } = await runnerImport(join(root, 'bench/main.ts'), { configFile: false, root, logLevel: 'error' })
await module.main(root, options)
process.exit()

function run(program, ...words) {
  spawnSync(program, words, {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
    env: { ...process.env, ENGINES: 'chromium' },
  })
}
