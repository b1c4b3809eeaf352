/** A Vite app that uses the plugin: nothing is copied into it, and its requests carry the token all the same. */
import { createServer as createHttpServer } from 'node:http'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, createServer, type InlineConfig, type Plugin } from 'vite'
import type { BearerWorkerPluginOptions } from '../src/vite/index.ts'
import { ask, signIn } from './app.ts'
import { oauthSession, oneSession } from './configurations.ts'
import { expect, test as base } from './fixtures.ts'

const DIST = process.env.BEARER_WORKER_DIST ?? join(import.meta.dirname, '../dist')
const { default: plugin } = (await import(pathToFileURL(join(DIST, 'vite.js')).href)) as {
  default: (options?: BearerWorkerPluginOptions) => never
}

const test = base.extend<{ root: string }>({
  root: async ({}, use) => {
    const root = await mkdtemp(join(tmpdir(), 'bearer-worker-vite-'))
    await mkdir(join(root, 'about'))
    const html =
      '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>App</title></head><body><script type="module" src="/app.js"></script></body></html>'
    await writeFile(join(root, 'index.html'), html)
    await writeFile(join(root, 'about/index.html'), html)
    await writeFile(join(root, 'app.js'), `document.body.append('Hello')`)
    await use(root)
    await rm(root, { recursive: true })
  },
})

const inline = (root: string, options: BearerWorkerPluginOptions, changes: InlineConfig = {}): InlineConfig => ({
  root,
  configFile: false,
  logLevel: 'silent',
  plugins: [plugin(options)],
  ...changes,
})
const good = {
  sessions: { main: { resources: ['/api/*'], capture: ['/auth/login'], refresh: { url: '/auth/token' } } },
}

test('while developing: scripts, configuration and the tag are there, the inspector too', async ({
  root,
  browsing,
  site,
  api,
  tokens,
}) => {
  await writeFile(
    join(root, 'bearer-worker.json'),
    JSON.stringify(oneSession(oauthSession(api, tokens, { capture: ['/auth/login'] }))),
  )
  const proxy = { '/auth': site.origin, '/api': site.origin }
  const vite = await createServer(
    inline(root, { inspector: true }, { server: { port: 0, proxy }, cacheDir: join(root, '.vite') }),
  )
  await vite.listen()
  try {
    const { origin } = new URL(vite.resolvedUrls!.local[0]!)
    const tab = await browsing.newTab(`${origin}/`)
    expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
    expect(await tab.evaluate(() => document.querySelector('script')!.getAttribute('src'))).toBe('/bearer-worker.js')
    expect(await tab.evaluate(() => document.querySelector('bearer-worker-inspector')!.shadowRoot !== null)).toBe(true)
    await signIn(tab)
    expect((await ask(tab, '/api/rows')).status).toBe(200)
  } finally {
    await vite.close()
  }
})

test('built: all scripts and the configuration are emitted, the tag stands first, below a base too', async ({
  root,
  browsing,
}) => {
  await build(
    inline(
      root,
      { configuration: good },
      {
        base: '/app/',
        build: { rolldownOptions: { input: [join(root, 'index.html'), join(root, 'about/index.html')] } },
      },
    ),
  )
  expect(await readdir(join(root, 'dist'))).toEqual(
    expect.arrayContaining([
      'bearer-worker.js',
      'bearer-worker.json',
      'bearer-worker.oauth.js',
      'bearer-worker.page.js',
      'bearer-worker.sw.js',
      'index.html',
    ]),
  )
  expect(await readFile(join(root, 'dist/about/index.html'), 'utf8')).toMatch(
    /<head>\s*<script src="\/app\/bearer-worker\.js"><\/script>/,
  )

  const types: Readonly<Record<string, string>> = {
    '.html': 'text/html',
    '.js': 'text/javascript',
    '.json': 'application/json',
  }
  const server = createHttpServer(async (request, response) => {
    const path = request
      .url!.replace('/app/', '')
      .replace(/\?.*|^$/, '')
      .replace(/(^|\/)$/, '$1index.html')
    const file = await readFile(join(root, 'dist', path)).catch(() => undefined)
    response.writeHead(file ? 200 : 404, { 'content-type': types[extname(path)] ?? 'text/plain' }).end(file)
  })
  await new Promise<void>((resolve) => server.listen(0, resolve))
  try {
    const { port } = server.address() as { port: number }
    const tab = await browsing.newTab(`http://localhost:${port}/app/`)
    expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
    expect(await tab.evaluate(async () => (await bearerWorker.explain('/api/rows')).session)).toBe('main')
  } finally {
    server.close()
  }
})

test('with `authorizationServer`: the parts are served while developing, to the worker and to a page without one', async ({
  root,
  browsing,
}) => {
  const authorizationServer = { issuer: 'https://id.example.com', clientId: 'spa', redirectUri: '/signed-in' }
  const configuration = { sessions: { main: { resources: ['/api/*'], authorizationServer } } }
  await writeFile(
    join(root, 'without.html'),
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>App</title></head><body></body></html>',
  )
  const withoutWorkers: Plugin = {
    name: 'without-workers',
    transformIndexHtml: {
      // After ours, so that it stands before it.
      order: 'post',
      handler: (_, { path }) =>
        path === '/without.html'
          ? [{ tag: 'script', children: 'delete Navigator.prototype.serviceWorker', injectTo: 'head-prepend' }]
          : [],
    },
  }
  const vite = await createServer({
    ...inline(root, { configuration }, { server: { port: 0 }, cacheDir: join(root, '.vite') }),
    plugins: [plugin({ configuration }), withoutWorkers],
  })
  await vite.listen()
  try {
    const { origin } = new URL(vite.resolvedUrls!.local[0]!)
    const tab = await browsing.newTab(`${origin}/`)
    expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
    const without = await browsing.newTab(`${origin}/without.html`)
    expect(await without.evaluate(() => bearerWorker.ready)).toBe('page')
    expect(await without.evaluate(() => bearerWorker.session())).toMatchObject({ state: 'signed-out' })
  } finally {
    await vite.close()
  }
})

test('a relative base is seen from each page', async ({ root }) => {
  await build(
    inline(
      root,
      { configuration: good },
      { base: './', build: { rolldownOptions: { input: [join(root, 'index.html'), join(root, 'about/index.html')] } } },
    ),
  )
  expect(await readFile(join(root, 'dist/index.html'), 'utf8')).toContain('<script src="./bearer-worker.js"></script>')
  expect(await readFile(join(root, 'dist/about/index.html'), 'utf8')).toContain(
    '<script src="../bearer-worker.js"></script>',
  )
})

test('a wrong configuration fails the build, with every mistake', async ({ root }) => {
  await writeFile(
    join(root, 'bearer-worker.json'),
    JSON.stringify({ sessions: { main: { resources: [], resourses: ['/api/*'] } } }),
  )
  const failing = build(inline(root, {}))
  await expect(failing).rejects.toThrow(/sessions\.main\.resources/)
  await expect(failing).rejects.toThrow(/sessions\.main\.resourses/)
})

test('a missing configuration fails the build, and says where it should be', async ({ root }) => {
  await expect(build(inline(root, {}))).rejects.toThrow(/There is no configuration at .*bearer-worker\.json/)
})
