/** What the tests of workers share: each kind of worker, with one line for the page script, that runs what a test sends it. */
import { test as base } from '../accounts/accounts.ts'
import type { Tab } from '../engines/engine.ts'
import type { Site } from '../servers/site.ts'

/** How a worker is made, and what its first line is. */
export const KINDS = {
  'dedicated, classic': { file: '/classic.js' },
  'dedicated, module': { file: '/module.js', type: 'module' },
  'dedicated, of the package': { file: '/package.js', type: 'module' },
  'dedicated, of a blob': { file: '/classic.js', isBlob: true },
  'shared, classic': { file: '/shared-classic.js', isShared: true },
  'shared, module': { file: '/shared-module.js', type: 'module', isShared: true },
} as const satisfies Readonly<Record<string, Kind>>

interface Kind {
  readonly file: string
  readonly type?: WorkerType
  readonly isBlob?: boolean
  readonly isShared?: boolean
}

/** Runs a function that comes as source, and answers with what it resolves with. */
const RUN = `async function run({ data: { source, argument }, ports: [port] }) {
  port.postMessage(await (0, eval)('(' + source + ')')(argument).then((value) => ({ value }), (error) => ({ error: String(error) })))
}`
const DEDICATED = `${RUN}\naddEventListener('message', run)`
const SHARED = `${RUN}\naddEventListener('connect', ({ ports: [port] }) => { port.onmessage = run })`

/** The scripts of the workers. The line that a site adds is the first of each. */
function serveWorkers(site: Site): void {
  const absolute = `${site.origin}/bearer-worker.js`
  for (const [path, script] of [
    ['/classic.js', `importScripts('${absolute}')\n${DEDICATED}`],
    ['/module.js', `import '/bearer-worker.js'\n${DEDICATED}`],
    ['/package.js', `import { bearerWorker } from '/index.js'\nbearerWorker.start()\n${DEDICATED}`],
    ['/shared-classic.js', `importScripts('/bearer-worker.js')\n${SHARED}`],
    ['/shared-module.js', `import '/bearer-worker.js'\n${SHARED}`],
    ['/without.js', DEDICATED],
  ] as const)
    site.pages.set(path, script)
}

/** The site has the scripts of the workers. */
export const test = base.extend<{ readonly workerScripts: undefined }>({
  workerScripts: [
    async ({ site }, use) => {
      serveWorkers(site)
      await use(undefined)
    },
    { auto: true },
  ],
})

/** Makes a worker in the page, under this name. */
export const make = (tab: Tab, name: string, kind: Kind): Promise<void> =>
  tab.evaluate(
    async ({ name, kind: { file, type = 'classic', isBlob, isShared } }) => {
      const url = isBlob ? URL.createObjectURL(await (await fetch(file)).blob()) : file
      const made = isShared ? new SharedWorker(url, { type, name }) : new Worker(url, { type })
      if (made instanceof SharedWorker) made.port.start()
      const port = made instanceof SharedWorker ? made.port : made
      const seen: unknown[] = []
      port.addEventListener('message', (event) => seen.push((event as MessageEvent).data))
      const workers = ((globalThis as unknown as Lab).workers ??= {})
      workers[name] = { port, seen }
    },
    { name, kind },
  )

interface Lab {
  workers?: Record<string, { readonly port: Worker | MessagePort; readonly seen: readonly unknown[] }>
}

/** Runs a function in a worker of the page. It sees nothing of the spec except its argument. */
export const inWorker = <Result, Argument>(
  tab: Tab,
  name: string,
  run: (argument: Argument) => Promise<Result>,
  argument?: Argument,
): Promise<Result> =>
  tab.evaluate(
    ({ name, source, argument }) => {
      const { port } = (globalThis as unknown as Lab).workers![name]!
      const { port1, port2 } = new MessageChannel()
      port.postMessage({ source, argument }, [port2])
      return new Promise<Result>((resolve, reject) => {
        port1.onmessage = ({ data }: MessageEvent<{ readonly value: Result; readonly error?: string }>) =>
          data.error === undefined ? resolve(data.value) : reject(new Error(data.error))
      })
    },
    { name, source: run.toString(), argument: argument ?? null },
  )

/** Messages of a worker that the page has seen: what the page script says to it is none of them. */
export const seenOf = (tab: Tab, name: string): Promise<readonly unknown[]> =>
  tab.evaluate((name) => (globalThis as unknown as Lab).workers![name]!.seen, name)
