import type { Command } from './commands.ts'
import type { Files } from './front.ts'

/** One way to run a program of `examples/frameworks`, and what its name in the table is. */
export interface Program {
  readonly name: string
  readonly mode: 'production' | 'development'
  /** Whose versions the table shows. */
  readonly packages: readonly string[]
  /** Folders that `bearer-worker init` copies the scripts into; none with the Vite plugin. */
  readonly init?: string
  readonly build?: Command
  /** Files that a static host serves, a server to start, or one of the two configurations of nginx. */
  readonly serve: Files | Command | 'nginx' | 'proxy'
  /** The path of the start page. */
  readonly path: string
  /** A page for users who are signed in. */
  readonly rows: string
  /** The pathname of the worker that controls the pages. */
  readonly worker: string
  /** Below which path the API is. */
  readonly api?: string
}

const next = {
  packages: ['next', 'react'],
  init: 'next/public',
  path: '/shop/',
  rows: '/shop/rows/',
  worker: '/shop/bearer-worker.sw.js',
} as const
const angular = { packages: ['@angular/core'], init: 'angular/public', path: '/', rows: '/rows' } as const
const svelte = {
  packages: ['@sveltejs/kit', 'svelte'],
  path: '/',
  rows: '/rows',
  worker: '/bearer-worker.sw.js',
} as const
const svelteWorker = { ...svelte, name: 'SvelteKit with its own worker', worker: '/service-worker.js' } as const
const nuxt = { packages: ['nuxt', 'vue'], init: 'nuxt/public', path: '/', rows: '/rows' } as const
const nuxtWorker = { ...nuxt, name: 'Nuxt with its own worker', worker: '/sw.js' } as const
const vue = { packages: ['vite-plugin-pwa', 'vue'], path: '/', rows: '/', worker: '/sw.js' } as const
const router = {
  packages: ['react-router', 'react'],
  path: '/',
  rows: '/rows',
  worker: '/bearer-worker.sw.js',
} as const
const plain = {
  packages: ['express'],
  init: 'express/public',
  path: '/',
  rows: '/any/path',
  worker: '/bearer-worker.sw.js',
} as const

export const PROGRAMS: readonly Program[] = [
  {
    ...next,
    name: 'Next.js, App Router, `basePath` and `trailingSlash`',
    mode: 'production',
    build: { in: 'next', words: ['next', 'build'] },
    serve: { in: 'next', words: ['next', 'start', '-p', 'PORT'] },
  },
  {
    ...next,
    name: 'Next.js, App Router, `basePath` and `trailingSlash`',
    mode: 'development',
    serve: { in: 'next', words: ['next', 'dev', '-p', 'PORT'] },
  },
  {
    ...next,
    name: 'Next.js, static export',
    mode: 'production',
    build: { in: 'next', words: ['next', 'build'], env: { NEXT_EXPORT: '1' } },
    serve: { folders: ['next/out'], below: '/shop/' },
  },
  {
    ...angular,
    name: 'Angular, `HttpClient`',
    mode: 'production',
    worker: '/bearer-worker.sw.js',
    build: { in: 'angular', words: ['ng', 'build'] },
    serve: { folders: ['angular/dist/browser'], below: '/', fallback: 'index.html' },
  },
  {
    ...angular,
    name: 'Angular, `HttpClient`',
    mode: 'development',
    worker: '/bearer-worker.sw.js',
    serve: { in: 'angular', words: ['ng', 'serve', '--port', 'PORT', '--no-live-reload'] },
  },
  {
    ...angular,
    name: 'Angular with its own worker (ngsw)',
    mode: 'production',
    packages: ['@angular/service-worker'],
    worker: '/worker.js',
    build: { in: 'angular', words: ['ng', 'build', '--configuration', 'ngsw'] },
    serve: { folders: ['angular/dist-ngsw/browser'], below: '/', fallback: 'index.html' },
  },
  {
    ...svelte,
    name: 'SvelteKit',
    mode: 'production',
    build: { in: 'svelte', words: ['vite', 'build'] },
    serve: { folders: ['svelte/build'], below: '/', fallback: 'index.html' },
  },
  {
    ...svelte,
    name: 'SvelteKit',
    mode: 'development',
    serve: { in: 'svelte', words: ['vite', 'dev', '--port', 'PORT'] },
  },
  {
    ...svelteWorker,
    mode: 'production',
    build: { in: 'svelte', words: ['vite', 'build', '--mode', 'worker'] },
    serve: { folders: ['svelte/build'], below: '/', fallback: 'index.html' },
  },
  {
    ...svelteWorker,
    mode: 'development',
    serve: { in: 'svelte', words: ['vite', 'dev', '--mode', 'worker', '--port', 'PORT'] },
  },
  {
    ...nuxt,
    name: 'Nuxt, with server-side rendering',
    mode: 'production',
    worker: '/bearer-worker.sw.js',
    build: { in: 'nuxt', words: ['nuxt', 'build'] },
    serve: { in: 'nuxt', words: ['node', '.output/server/index.mjs'] },
  },
  {
    ...nuxt,
    name: 'Nuxt, with server-side rendering',
    mode: 'development',
    worker: '/bearer-worker.sw.js',
    serve: { in: 'nuxt', words: ['nuxt', 'dev', '--port', 'PORT'] },
  },
  {
    ...nuxtWorker,
    mode: 'production',
    build: { in: 'nuxt', words: ['nuxt', 'build'], env: { OWN_WORKER: '1' } },
    serve: { in: 'nuxt', words: ['node', '.output/server/index.mjs'] },
  },
  {
    ...nuxtWorker,
    mode: 'development',
    serve: { in: 'nuxt', words: ['nuxt', 'dev', '--port', 'PORT'], env: { OWN_WORKER: '1' } },
  },
  {
    ...vue,
    name: 'Vue, vite-plugin-pwa, `generateSW`',
    mode: 'production',
    build: { in: 'vue-pwa', words: ['vite', 'build', '--outDir', 'dist-generate'] },
    serve: { folders: ['vue-pwa/dist-generate'], below: '/', fallback: 'index.html' },
  },
  {
    ...vue,
    name: 'Vue, vite-plugin-pwa, `injectManifest`',
    mode: 'production',
    build: { in: 'vue-pwa', words: ['vite', 'build', '--mode', 'inject', '--outDir', 'dist-inject'] },
    serve: { folders: ['vue-pwa/dist-inject'], below: '/', fallback: 'index.html' },
  },
  {
    ...vue,
    name: 'Vue, vite-plugin-pwa, `generateSW`',
    mode: 'development',
    worker: '/dev-sw.js',
    serve: { in: 'vue-pwa', words: ['vite', 'dev', '--port', 'PORT'] },
  },
  {
    ...vue,
    name: 'Vue, vite-plugin-pwa, `injectManifest`',
    mode: 'development',
    worker: '/dev-sw.js',
    serve: { in: 'vue-pwa', words: ['vite', 'dev', '--mode', 'inject', '--port', 'PORT'] },
  },
  {
    ...router,
    name: 'React Router, framework mode without a server',
    mode: 'production',
    build: { in: 'react-router', words: ['react-router', 'build'] },
    serve: { folders: ['react-router/build/client'], below: '/', fallback: 'index.html' },
  },
  {
    ...router,
    name: 'React Router, framework mode without a server',
    mode: 'development',
    serve: { in: 'react-router', words: ['react-router', 'dev', '--port', 'PORT'] },
  },
  {
    name: 'Turbo Drive and a Turbo Frame',
    mode: 'production',
    packages: ['@hotwired/turbo'],
    init: 'turbo/public',
    path: '/',
    rows: '/rows.html',
    worker: '/bearer-worker.sw.js',
    serve: { folders: ['turbo/public', 'node_modules/@hotwired/turbo/dist'], below: '/' },
  },
  { ...plain, name: 'Express', mode: 'production', serve: { in: 'express', words: ['node', 'server.js'] } },
  {
    ...plain,
    name: 'nginx: caches, `^~ /api/`, Content Security Policy, Trusted Types',
    mode: 'production',
    packages: ['nginx'],
    serve: 'nginx',
  },
  {
    ...plain,
    name: 'A reverse proxy that serves the app at `/app/`',
    mode: 'production',
    packages: ['nginx', 'express'],
    path: '/app/',
    rows: '/app/any/path',
    worker: '/app/bearer-worker.sw.js',
    api: '/app/',
    serve: 'proxy',
  },
]
