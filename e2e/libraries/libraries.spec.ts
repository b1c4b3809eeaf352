/** The libraries of `examples/libraries`, which know nothing of tokens. `docs/libraries.md` has the last result. */
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { build } from 'vite'
import { signIn } from '../app.ts'
import { expect, test } from '../fixtures.ts'
import { LibraryApi } from './api.ts'

const FOLDER = join(import.meta.dirname, '../../examples/libraries')
const BUILT = join(FOLDER, 'dist')
const NAMES = ['Bell Rock', 'Cordouan']

interface Library {
  readonly packageName: string
  /** What its program returns. */
  readonly result: readonly string[]
  /** What it is used for here. */
  readonly by: string
}

/** By the name of the program in `examples/libraries/src`. */
const LIBRARIES: Readonly<Record<string, Library>> = {
  'tanstack-query': { packageName: '@tanstack/query-core', result: NAMES, by: 'a query' },
  swr: { packageName: 'swr', result: NAMES, by: '`useSWR`' },
  axios: { packageName: 'axios', result: NAMES, by: 'both adapters, XHR and fetch' },
  ky: { packageName: 'ky', result: NAMES, by: 'a request' },
  apollo: { packageName: '@apollo/client', result: NAMES, by: 'a query by `HttpLink`' },
  urql: { packageName: 'urql', result: NAMES, by: 'a query' },
  trpc: { packageName: '@trpc/client', result: NAMES, by: '`httpBatchLink`' },
  'graphql-sse': { packageName: 'graphql-sse', result: NAMES, by: 'a subscription' },
  'connect-web': { packageName: '@connectrpc/connect-web', result: NAMES, by: 'a unary call, JSON' },
  signalr: { packageName: '@microsoft/signalr', result: NAMES, by: 'a hub over server-sent events' },
  'socket-io': { packageName: 'socket.io-client', result: NAMES, by: 'long polling, with the real server' },
  uppy: { packageName: '@uppy/xhr-upload', result: ['1 sent', '0 failed', 'progress'], by: 'an upload with progress' },
  tus: { packageName: 'tus-js-client', result: ['sent'], by: 'an upload in two parts' },
  hls: { packageName: 'hls.js', result: ['playlist', 'segment'], by: 'playlist and segment' },
  'video-js': { packageName: 'video.js', result: ['metadata'], by: 'a file in an `<audio>` element' },
  pdf: { packageName: 'pdfjs-dist', result: ['1 page'], by: 'a document' },
  leaflet: { packageName: 'leaflet', result: ['tiles'], by: 'tiles as images' },
  openlayers: { packageName: 'ol', result: ['tiles'], by: 'tiles as images' },
  maplibre: { packageName: 'maplibre-gl', result: ['tiles'], by: 'raster tiles, which its worker requests' },
  three: { packageName: 'three', result: ['texture', ...NAMES], by: '`TextureLoader` and `FileLoader`' },
  'swagger-ui': { packageName: 'swagger-ui-dist', result: ['/api/rows'], by: 'a description of an API' },
  graphiql: { packageName: '@graphiql/toolkit', result: NAMES, by: 'its fetcher, for queries' },
  htmx: { packageName: 'htmx.org', result: NAMES, by: 'a fragment of HTML' },
  turbo: { packageName: '@hotwired/turbo', result: NAMES, by: 'a frame' },
  sentry: {
    packageName: '@sentry/browser',
    result: [...['reported'], ...NAMES],
    by: 'wrapped `fetch`, reports to a tunnel',
  },
  opentelemetry: {
    packageName: '@opentelemetry/sdk-trace-web',
    result: ['200', ...NAMES],
    by: 'instrumented `fetch` and XHR',
  },
}

test('every program has a row', () => {
  const programs = readdirSync(join(FOLDER, 'src')).map((name) => name.replace('.js', ''))
  expect(Object.keys(LIBRARIES).toSorted()).toEqual(programs.toSorted())
})

test.beforeAll(async () => {
  const names = Object.keys(LIBRARIES)
  await build({
    root: FOLDER,
    base: '/lib/',
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      outDir: BUILT,
      minify: false,
      target: 'esnext',
      rolldownOptions: {
        input: Object.fromEntries(names.map((name) => [name, join(FOLDER, `src/${name}.js`)])),
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: '[name].js' },
      },
    },
  })
})

for (const [name, { packageName, result, by }] of Object.entries(LIBRARIES)) {
  test(name, async ({ browsing, site, tokens }, testInfo) => {
    const { version } = JSON.parse(readFileSync(join(FOLDER, 'node_modules', packageName, 'package.json'), 'utf8')) as {
      version: string
    }
    testInfo.annotations.push(
      { type: 'package', description: `${packageName} ${version}` },
      { type: 'by', description: by },
    )
    const api = new LibraryApi(tokens.issuer)
    site.configuration = undefined
    site.mounts.set('/api/', api.handle)
    site.mounts.set('/lib/', (request, response) => {
      const { pathname } = new URL(request.url ?? '', site.origin)
      const file = join(BUILT, pathname.slice('/lib/'.length))
      if (!existsSync(file)) return void response.writeHead(404).end()
      const type = /js$/.test(extname(file)) ? 'text/javascript' : 'application/octet-stream'
      createReadStream(file).pipe(response.writeHead(200, { 'content-type': type }))
    })
    for (const file of ['index.html', 'bearer-worker.json'])
      site.pages.set(`/${file.replace('index.html', '')}`, readFileSync(join(FOLDER, file), 'utf8'))
    const tab = await browsing.newTab(site.url())
    await signIn(tab)
    const use = () =>
      tab.evaluate(async (url) => {
        const { default: use } = (await import(url)) as { default: () => Promise<readonly string[]> }
        return use()
      }, `/lib/${name}.js`)
    expect(await use()).toEqual(result)
    // The server refuses the token before its time: the library does not see that.
    tokens.issuer.expireAccessTokens()
    expect(await use()).toEqual(result)
    expect(api.refused.length).toBeGreaterThan(0)
    expect(api.bare).toEqual([])
    expect(tokens.refreshes).toHaveLength(1)
  })
}
