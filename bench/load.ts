/** What the page script costs before a page has asked for anything: the main thread's time to compile and run it, in a covered page. */
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Chromium, TraceEvent } from './chromium.ts'
import type { Load, LoadTimes } from './results.ts'
import { shuffled, spread } from './statistics.ts'
import type { Bench } from './timing.ts'

const SCRIPT = '/bearer-worker.js'
const CONFIGURATION = { sessions: { main: { resources: ['/api/*'], refresh: { url: '/auth/token' } } } }
/** Loads after which Chromium has a code cache: it is written at the second one. @see https://v8.dev/blog/code-caching-for-devs */
const WARM_UP_LOADS = 4
/** What a trace says of a script: its compilation, and both of compilation and run. */
const COMPILATION = 'v8.compile'
const EVALUATION = 'EvaluateScript'

type Kind = 'cold' | 'cached'

/** Measures the page script of this build, and of another one where its folder is given. */
export async function load({ chromium, effort, dist, beside, say }: Bench): Promise<readonly Load[]> {
  say('The page script at load')
  const folders = beside === undefined ? { 'this build': dist } : { 'this build': dist, [beside]: beside }
  const sites = await Promise.all(Object.entries(folders).map(([build, folder]) => LoadedSite.start(build, folder)))
  for (const site of sites) for (let i = 0; i < WARM_UP_LOADS; i++) await site.open(chromium, 'cached')
  const loads = effort.rounds * 2
  const rounds: ReadonlyMap<LoadedSite, LoadTimes>[] = []
  for (let i = 0; i < loads; i++) {
    const round = new Map<LoadedSite, LoadTimes>()
    for (const site of shuffled(sites)) {
      const cold = await timesOf(chromium, site, 'cold')
      const cached = await timesOf(chromium, site, 'cached')
      round.set(site, { cold: cold.ms, cached: cached.ms, fromCache: cached.fromCache && !cold.fromCache ? 1 : 0 })
    }
    rounds.push(round)
  }
  for (const site of sites) site.close()
  return sites.map((site) => {
    const of = (kind: Kind) => rounds.map((round) => round.get(site)![kind])
    const toOwn = (kind: Kind) => spread(rounds.map((round) => round.get(site)![kind] / round.get(sites[0]!)![kind]))
    return {
      build: site.build,
      loads,
      fromCache: rounds.reduce((sum, round) => sum + round.get(site)!.fromCache, 0),
      cold: spread(of('cold')),
      cached: spread(of('cached')),
      ...(site !== sites[0] && { ratio: { cold: toOwn('cold'), cached: toOwn('cached') } }),
    }
  })
}

async function timesOf(chromium: Chromium, site: LoadedSite, kind: Kind): Promise<{ ms: number; fromCache: boolean }> {
  let url = ''
  const events = await chromium.trace(['devtools.timeline', 'v8'], async () => (url = await site.open(chromium, kind)))
  const ofScript = (name: string) => events.filter((event) => event.name === name && event.args?.data?.url === url)
  const evaluations = ofScript(EVALUATION)
  if (evaluations.length !== 1)
    throw new Error(`The trace of one load has ${evaluations.length} evaluations of ${url}.`)
  return {
    ms: msOf(evaluations[0]!),
    fromCache: ofScript(COMPILATION).some(({ args }) => (args?.data?.consumedCacheSize ?? 0) > 0),
  }
}

/** Processor time of the thread where the system tells it: other processes do not count then. */
const msOf = ({ tdur, dur = 0 }: TraceEvent): number => (tdur ?? dur) / 1000

/** A site of one page with the script of a build. */
class LoadedSite {
  readonly build: string
  readonly #server: ReturnType<typeof createServer>
  readonly #done = new Map<string, () => void>()
  #last = 0

  private constructor(build: string, folder: string) {
    this.build = build
    this.#server = createServer((request, response) => this.#answer(request, response, folder))
  }

  static async start(build: string, folder: string): Promise<LoadedSite> {
    if (!existsSync(join(folder, SCRIPT)))
      throw new Error(`${folder} has no ${SCRIPT.slice(1)}: name a folder that is built.`)
    const site = new LoadedSite(build, folder)
    await new Promise<void>((resolve) => site.#server.listen(0, '127.0.0.1', resolve))
    return site
  }

  /** Opens the page in a new tab, and closes it once the page is covered. Resolves with the URL of its script: for a cold load a new one, which no cache knows. */
  async open(chromium: Chromium, kind: Kind): Promise<string> {
    const number = String(++this.#last)
    const origin = `http://load.localhost:${(this.#server.address() as AddressInfo).port}`
    const script = kind === 'cold' ? `${SCRIPT}?${number}` : SCRIPT
    const done = new Promise<void>((resolve) => this.#done.set(number, resolve))
    const target = await chromium.open(`${origin}/?number=${number}&script=${encodeURIComponent(script)}`)
    await done
    await chromium.closeTab(target)
    return origin + script
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  #answer({ url = '/' }: IncomingMessage, response: ServerResponse, folder: string): void {
    const { pathname, searchParams } = new URL(url, 'http://localhost')
    const number = searchParams.get('number') ?? ''
    const send = (type: string, body: string | Buffer, cacheControl = 'no-store') =>
      response.writeHead(200, { 'content-type': type, 'cache-control': cacheControl }).end(body)
    if (pathname === '/') return void send('text/html', documentOf(number, searchParams.get('script') ?? SCRIPT))
    if (pathname === '/bearer-worker.json') return void send('application/json', JSON.stringify(CONFIGURATION))
    if (pathname === '/done') {
      send('text/plain', '')
      return this.#done.get(number)?.()
    }
    const file = join(folder, pathname)
    if (/^\/bearer-worker[\w.]*\.js$/.test(pathname) && existsSync(file))
      return void send('text/javascript', readFileSync(file), 'max-age=3600')
    response.writeHead(404).end()
  }
}

const documentOf = (number: string, script: string): string =>
  `<!doctype html><title>A page</title><link rel="icon" href="data:,"><script src="${script}"></script><script>bearerWorker.ready.then(() => fetch('/done?number=${number}'))</script>`
