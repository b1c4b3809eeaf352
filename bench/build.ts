/** The scripts of the pages under test, and the size of each contender. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { contenders } from './contenders.ts'
import type { Size } from './results.ts'

export async function buildPages(root: string, folder: string): Promise<void> {
  for (const page of new Set(contenders.map(({ page }) => page)))
    await bundle(root, join(root, `bench/pages/${page}.ts`), folder, `${page}.js`)
}

/** Bearer Worker with readable function names, for profiles. */
export async function buildReadable(root: string, folder: string): Promise<void> {
  for (const mode of ['bearer-worker.js', 'bearer-worker.sw.js', 'bearer-worker.oauth.js']) {
    await build({ root, mode, configFile: join(root, 'vite.config.ts'), build: { outDir: folder, minify: false } })
  }
}

/** Minified by the same minifier, gzipped at the same level. */
export async function measureSizes(root: string, folder: string): Promise<Size[]> {
  const sources = join(folder, 'sources')
  mkdirSync(sources, { recursive: true })
  const weigh = async (title: string, code: string): Promise<Size> => {
    const entry = join(sources, `${title.replace(/\W+/g, '-')}.js`)
    writeFileSync(entry, code)
    return { title, ...weightOf(await bundle(root, entry, folder, `size-${title.replace(/\W+/g, '-')}.js`)) }
  }
  const published = (title: string, file: string, goal?: number): Size => ({
    title,
    ...weightOf(readFileSync(join(root, 'dist', file))),
    ...(goal && { goal }),
  })
  return [
    published('Bearer Worker: page script', 'bearer-worker.js', 9_000),
    published('Bearer Worker: worker', 'bearer-worker.sw.js', 30_000),
    published('Bearer Worker: OAuth part, for sign-in and DPoP', 'bearer-worker.oauth.js', 14_000),
    published('Bearer Worker: page part, where no worker runs', 'bearer-worker.page.js'),
    await weigh('@axa-fr/oidc-client: page', "export { OidcClient } from '@axa-fr/oidc-client'\n"),
    await weigh(
      '@axa-fr/oidc-client-service-worker: worker',
      readFileSync(join(root, 'node_modules/@axa-fr/oidc-client-service-worker/dist/OidcServiceWorker.js'), 'utf8'),
    ),
    await weigh(
      'axios + axios-auth-refresh: page',
      "import axios from 'axios'\nimport { createAuthRefresh } from 'axios-auth-refresh'\nglobalThis.api = { axios, createAuthRefresh }\n",
    ),
  ]
}

function weightOf(code: Buffer): { minified: number; gzipped: number } {
  return { minified: code.length, gzipped: gzipSync(code, { level: 9 }).length }
}

async function bundle(root: string, input: string, outDir: string, file: string): Promise<Buffer> {
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      outDir,
      emptyOutDir: false,
      target: 'es2022',
      minify: true,
      rolldownOptions: {
        input,
        output: { format: 'iife', entryFileNames: file, codeSplitting: false },
        preserveEntrySignatures: 'strict',
      },
    },
  })
  return readFileSync(join(outDir, file))
}
