import { createReadStream, existsSync } from 'node:fs'
import { extname, join, normalize } from 'node:path'
import { answerText } from '../../src/testing/servers/answers.ts'
import { tapConsole } from './console-tap.ts'
import { type Handler, listen, type Listener } from '../../src/testing/servers/listener.ts'
import { receive } from '../../src/testing/servers/received-request.ts'

const DIST = process.env.BEARER_WORKER_DIST ?? join(import.meta.dirname, '../../dist')

const MIME_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
}

export const SCRIPT = '<script src="/bearer-worker.js"></script>'

/** A document: the script tag first in its head, then `head`. */
export function page({ script = SCRIPT, head = '' } = {}): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A site</title><link rel="icon" href="data:,">${script}${head}</head><body></body></html>`
}

/** A page that sends requests while it is parsed, as most apps do. */
const EARLY_REQUESTS = `<script>
  var early = Promise.all([
    fetch('/api/early-fetch').then(function (response) { return response.status }),
    new Promise(function (resolve) {
      var request = new XMLHttpRequest()
      request.open('GET', '/api/early-xhr')
      request.onloadend = function () { resolve(request.status) }
      request.send()
    }),
  ])
</script>`

/**
 * A site that uses Bearer Worker: the built files, a configuration, a few pages, and the servers that are mounted
 * below it.
 */
export class Site {
  /** The content of `/bearer-worker.json`: JSON, or a text that is not JSON; undefined means 404. */
  configuration: unknown
  /** Further documents, by path. */
  readonly pages = new Map<string, string>([
    ['/', page()],
    ['/early.html', page({ head: EARLY_REQUESTS })],
    ['/plain.html', page({ script: '' })],
  ])
  /** Further headers of these documents, by path. */
  readonly headers = new Map<string, Readonly<Record<string, string>>>()
  /** Servers below a path. */
  readonly mounts = new Map<string, Handler>()
  /** How often each path was asked for. */
  readonly hits = new Map<string, number>()
  /** The console output of page and worker, once `tapsConsole` is true. */
  readonly console: string[] = []
  /**
   * Serves the scripts with lines before them that report their console, since WebKit and Firefox do not show a
   * worker's.
   */
  tapsConsole = false
  readonly #listener: Listener

  private constructor(listener: Listener) {
    this.#listener = listener
  }

  static async start(): Promise<Site> {
    const site: Site = new Site(await listen((request, response) => site.#handle(request, response)))
    return site
  }

  get origin(): string {
    return this.#listener.origin()
  }

  /** The same server by another name is another site: `url('/', 'other.localhost')`. */
  url(path = '/', host?: string): string {
    return this.#listener.origin(host) + path
  }

  start(): Promise<void> {
    return this.#listener.start()
  }

  stop(): Promise<void> {
    return this.#listener.stop()
  }

  readonly #handle: Handler = async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', this.origin)
    this.hits.set(pathname, (this.hits.get(pathname) ?? 0) + 1)
    for (const [prefix, handle] of this.mounts) {
      if (pathname.startsWith(prefix)) return handle(request, response)
    }
    const fresh = { 'cache-control': 'no-cache' }
    if (pathname === '/console') {
      this.console.push((await receive(request)).body)
      return answerText(response, 204, '', { 'content-type': 'text/plain' })
    }
    if (pathname === '/bearer-worker.json' && this.configuration !== undefined) {
      const text = typeof this.configuration === 'string' ? this.configuration : JSON.stringify(this.configuration)
      return answerText(response, 200, text, {
        'content-type': 'application/json',
        ...fresh,
        ...this.headers.get(pathname),
      })
    }
    const document = this.pages.get(pathname)
    if (document !== undefined)
      return answerText(response, 200, document, {
        'content-type': MIME_TYPES[extname(pathname)] ?? 'text/html; charset=utf-8',
        ...fresh,
        ...this.headers.get(pathname),
      })
    const file = join(DIST, normalize(pathname))
    if (!existsSync(file) || pathname.endsWith('/'))
      return answerText(response, 404, 'Not found', { 'content-type': 'text/plain' })
    response.writeHead(200, { 'content-type': MIME_TYPES[extname(file)] ?? 'application/octet-stream', ...fresh })
    if (this.tapsConsole && extname(file) === '.js') response.write(tapConsole('/console'))
    createReadStream(file).pipe(response)
  }
}
