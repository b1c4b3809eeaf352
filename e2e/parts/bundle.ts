import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'
import { DIST } from './parts.ts'

/** Bundles a site's own worker as a site does. */
export async function bundle(source: string, outDir: string): Promise<string> {
  const entry = 'own-worker-entry'
  await build({
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    resolve: {
      alias: {
        'bearer-worker/worker/authorization-servers': join(DIST, 'authorization-servers.js'),
        'bearer-worker/worker': join(DIST, 'worker.js'),
      },
    },
    plugins: [
      {
        name: 'own-worker',
        resolveId: (name) => (name === entry ? `\0${entry}` : null),
        load: (name) => (name === `\0${entry}` ? source : null),
      },
    ],
    build: {
      outDir,
      minify: false,
      rolldownOptions: { input: entry, output: { format: 'iife', entryFileNames: 'sw.js' } },
    },
  })
  return readFileSync(join(outDir, 'sw.js'), 'utf8')
}
