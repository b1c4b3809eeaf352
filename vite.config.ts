/** Builds each published file in turn; `vite` alone serves the demo page. */
import { readFileSync } from 'node:fs'
import { defineConfig } from 'vite'
import { configurationSchemaPlugin } from './scripts/configuration-schema-plugin.ts'

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version: string }

export const outputs = {
  'bearer-worker.js': { entry: 'src/page/script.ts', format: 'iife' },
  'bearer-worker.sw.js': { entry: 'src/sw.js', format: 'iife' },
  'bearer-worker.core.sw.js': { entry: 'src/core.sw.js', format: 'iife', whole: false },
  'index.js': { entry: 'src/page/index.ts', format: 'es' },
  'worker.js': { entry: 'src/worker/part.ts', format: 'es' },
} as const

export default defineConfig(({ mode, command }) => {
  const define = { __BEARER_WORKER_VERSION__: JSON.stringify(version), __BEARER_WORKER_WHOLE__: 'true' }
  if (command === 'serve') return { define, root: 'public', publicDir: '../dist' }
  const output = outputs[mode as keyof typeof outputs]
  return {
    define: { ...define, ...('whole' in output && { __BEARER_WORKER_WHOLE__: 'false' }), 'process.env.NODE_ENV': '"production"' },
    plugins: [configurationSchemaPlugin()],
    publicDir: false,
    // Its main build is for browsers that know no service workers either.
    resolve: { alias: { 'workbox-window': 'workbox-window/index.mjs' } },
    logLevel: 'warn',
    build: {
      target: 'es2022',
      emptyOutDir: false,
      minify: true,
      rolldownOptions: {
        input: output.entry,
        output: { format: output.format, entryFileNames: mode, codeSplitting: false },
        preserveEntrySignatures: 'strict',
      },
    },
  }
})
