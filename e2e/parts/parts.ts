/** What the tests of parts on demand share: where the parts are, who has loaded them, and what a server may answer in their place. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { answerText } from '../../src/testing/servers/answers.ts'
import type { Handler } from '../../src/testing/servers/listener.ts'
import type { Tab } from '../engines/engine.ts'
import { page, type Site } from '../servers/site.ts'

export const DIST = process.env.BEARER_WORKER_DIST ?? join(import.meta.dirname, '../../dist')
export const OAUTH_PART = '/bearer-worker.oauth.js'
export const PAGE_PART = '/bearer-worker.page.js'
export const WORKER = '/bearer-worker.sw.js'
export const built = (path: string) => readFileSync(join(DIST, path), 'utf8')
export const program = (path: string) => readFileSync(join(import.meta.dirname, '../..', path), 'utf8')

export const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
  version: string
}

/** How often each part was asked for. */
export const partsOf = ({ hits }: Site) => ({ oauth: hits.get(OAUTH_PART) ?? 0, page: hits.get(PAGE_PART) ?? 0 })

/** Paths of the scripts that a document has loaded by itself. WebKit lists the worker's registration, too. */
export const scriptsOf = (tab: Tab) =>
  tab.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter((entry) => (entry as PerformanceResourceTiming).initiatorType === 'script')
      .map(({ name }) => new URL(name).pathname),
  )

/** Deploys another script of the worker, and waits until it controls a page. The browser may find it before the page looks for it. */
export async function update(tab: Tab, deploy: () => void): Promise<void> {
  await tab.evaluate(() => {
    const changed = new Promise((resolve) =>
      navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
    )
    Object.assign(window, { changed })
  })
  deploy()
  await tab.evaluate(async () => {
    // One that unregisters itself fails to be looked for.
    await (await navigator.serviceWorker.ready).update().catch(() => {})
    await (window as unknown as { changed: Promise<unknown> }).changed
  })
}

/** What a server may answer where a part should be. */
export const WRONG_ANSWERS: readonly (readonly [what: string, handler: Handler])[] = [
  ['is not found', (_, response) => answerText(response, 404, 'Not found', { 'content-type': 'text/plain' })],
  [
    'is the HTML of a single-page app, with 200',
    (_, response) => answerText(response, 200, page(), { 'content-type': 'text/html; charset=utf-8' }),
  ],
  [
    'is HTML that claims to be a script',
    (_, response) => answerText(response, 200, page(), { 'content-type': 'text/javascript' }),
  ],
  [
    'is another script',
    (_, response) => answerText(response, 200, 'self.other = true', { 'content-type': 'text/javascript' }),
  ],
  ['breaks off', (_, response) => void response.destroy()],
]

/** The same, and answers that have the part in them. */
export const spoiled = (path: string): typeof WRONG_ANSWERS => [
  ...WRONG_ANSWERS,
  [
    'is of another version',
    (_, response) =>
      answerText(response, 200, built(path).replaceAll(version, '0.0.1'), { 'content-type': 'text/javascript' }),
  ],
]
