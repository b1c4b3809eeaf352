// `npm run fleet`: what all browsers of a product together do to its token endpoint. Prints the tables, writes bench/fleet/results.json,
// the tables of docs/reliability.md and the charts docs/fleet-light.svg and docs/fleet-dark.svg.
//   -- --browsers N       another number than 20,000, only printed
//   -- --seed N           another chance, only printed
//   -- --only <scene>     one or several of them (503,nine), only printed
//   -- --render           the tables and the charts again, from bench/fleet/results.json
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { values: options } = parseArgs({
  options: {
    browsers: { type: 'string' },
    seed: { type: 'string' },
    only: { type: 'string' },
    render: { type: 'boolean' },
  },
})

// Each opaque token is an exception to those who look for claims in it: nobody reads its stack.
Error.stackTraceLimit = 0

// Node 20 cannot run TypeScript itself.
const { runnerImport } = await import('vite')
const load = (file, plugins = []) =>
  runnerImport(join(root, file), { configFile: false, root, logLevel: 'error', plugins })
const { module: schema } = await load('scripts/configuration-schema-plugin.ts')
const { module } = await load('bench/fleet/main.ts', [schema.configurationSchemaPlugin()])
module.main(root, options)
process.exit()
