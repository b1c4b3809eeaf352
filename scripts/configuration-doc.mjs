// npm run docs:configuration: docs/configuration.md from the schema of the configuration.
import { writeFileSync } from 'node:fs'
import { runnerImport } from 'vite'

const { module } = await runnerImport('./scripts/configuration-document.ts', { configFile: false })
writeFileSync('docs/configuration.md', await module.configurationDocument())
console.log('docs/configuration.md is as the schema has it.')
