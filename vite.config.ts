/** Builds each published file in turn; `vite` alone serves the demo page. */
import { readFileSync } from 'node:fs'
import { defineConfig } from 'vite'
import { BRANCH, REPOSITORY } from './docs/.vitepress/repository.ts'
import { configurationSchemaPlugin } from './scripts/configuration-schema-plugin.ts'
import { BROWSER_CLASSES } from './src/io/browser-classes.ts'
import { OAUTH_PART, PAGE_PART } from './src/protocol.ts'

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version: string }

interface Output {
  readonly entry: string
  readonly format: 'iife' | 'es'
  /** Runs in Node: its packages are bundled, except what the app brings itself. */
  readonly node?: boolean
}

export const outputs = {
  'bearer-worker.js': { entry: 'src/page/script.ts', format: 'iife' },
  'bearer-worker.sw.js': { entry: 'src/worker/script.ts', format: 'iife' },
  'bearer-worker.oauth.js': { entry: 'src/oauth/script.ts', format: 'iife' },
  'bearer-worker.page.js': { entry: 'src/page-part/script.ts', format: 'iife' },
  'bearer-worker.vault.js': { entry: 'src/vault/script.ts', format: 'iife' },
  'bearer-worker.inspector.js': { entry: 'src/inspector/index.ts', format: 'iife' },
  'index.js': { entry: 'src/page/index.ts', format: 'es' },
  'worker.js': { entry: 'src/worker/part.ts', format: 'es' },
  'authorization-servers.js': { entry: 'src/oauth/authorization-servers.ts', format: 'es' },
  'cli.js': { entry: 'src/cli/main.ts', format: 'es', node: true },
  'vite.js': { entry: 'src/vite/index.ts', format: 'es', node: true },
  'testing.js': { entry: 'src/testing/index.ts', format: 'es', node: true },
} as const satisfies Readonly<Record<string, Output>>

/** Files that hand over a function, which makes the part with the classes that its caller gives it. */
const parts: Readonly<Record<string, symbol>> = {
  'bearer-worker.oauth.js': OAUTH_PART,
  'bearer-worker.page.js': PAGE_PART,
}

/** What stands around the minified code of a file: for `bearer-worker doctor` its version, and for a part its function. */
function around(file: string): { readonly name?: string; readonly postBanner?: string; readonly postFooter?: string } {
  if (!file.startsWith('bearer-worker.')) return {}
  const banner = `/*! bearer-worker ${version} */`
  const symbol = parts[file]
  if (!symbol) return { postBanner: banner }
  const handed = `globalThis[Symbol.for(${JSON.stringify(symbol.description)})]={version:${JSON.stringify(version)},make(browser){`
  const postBanner = `${banner}\n${handed}const{${BROWSER_CLASSES.join()}}=browser;`
  return { name: 'made', postBanner, postFooter: 'return made.part}};' }
}

export default defineConfig(({ mode, command }) => {
  const define = {
    __BEARER_WORKER_VERSION__: JSON.stringify(version),
    __BEARER_WORKER_DOCUMENTATION__: JSON.stringify(`${REPOSITORY}/blob/${BRANCH}/docs`),
  }
  if (command === 'serve') return { define, root: 'public', publicDir: '../dist' }
  const { entry, format, node = false }: Output = outputs[mode as keyof typeof outputs]
  return {
    define: {
      ...define,
      ...(!node && { 'process.env.NODE_ENV': '"production"' }),
    },
    plugins: [configurationSchemaPlugin()],
    publicDir: false,
    logLevel: 'warn',
    ...(node && { ssr: { noExternal: true, external: ['vite', '@playwright/test'] } }),
    build: {
      target: node ? 'node20' : 'es2022',
      // The inspector's: those that have light-dark().
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      ssr: node,
      emptyOutDir: false,
      minify: node ? false : 'terser',
      terserOptions: {
        ecma: 2020,
        // One character outside of Latin-1 makes the browser keep the whole script in two bytes for each character: that delays a worker's start.
        format: { ascii_only: true },
        compress: {
          passes: 3,
          pure_getters: true,
          keep_fargs: false,
          unsafe_arrows: true,
          inline: 1,
          sequences: false,
        },
        mangle: { properties: { regex: /^_[a-z]/ } },
      },
      rolldownOptions: {
        checks: { pluginTimings: false },
        input: entry,
        output: {
          format,
          entryFileNames: mode,
          codeSplitting: false,
          ...around(mode),
        },
        preserveEntrySignatures: 'strict',
      },
    },
  }
})
