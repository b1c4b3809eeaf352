/** `bearer-worker/vite`: a Vite app has nothing to copy. */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { HtmlTagDescriptor, Plugin, ResolvedConfig } from 'vite'
import { check } from '../cli/check.ts'
import type { ConfigurationIssue } from '../errors.ts'
import { publicFolder } from './public-folder.ts'
import { requestedFile } from './requested-file.ts'
import { whyNotServed } from './linked-outside.ts'

export interface BearerWorkerPluginOptions {
  /** A file, relative to Vite's root (`bearer-worker.json` by default), or the configuration itself. */
  readonly configuration?: string | object
  /** Shows the inspector on every page while developing. */
  readonly inspector?: boolean
  /** The smaller worker: without sign-in, DPoP, `explain()` and pages without a worker. */
  readonly core?: boolean
}

const SCRIPT = 'bearer-worker.js'
const WORKER = 'bearer-worker.sw.js'
const CORE = 'bearer-worker.core.sw.js'
const INSPECTOR = 'bearer-worker.inspector.js'
const CONFIGURATION = 'bearer-worker.json'

/** Serves and emits the two scripts and the configuration, and puts the script tag first into the head of every page. */
export default function bearerWorker({
  configuration = CONFIGURATION,
  inspector = false,
  core = false,
}: BearerWorkerPluginOptions = {}): Plugin {
  let vite: ResolvedConfig
  const worker = core ? CORE : WORKER
  const file = () => (typeof configuration === 'string' ? resolve(vite.root, configuration) : undefined)

  async function configurationText(): Promise<string> {
    const path = file()
    if (path === undefined) return JSON.stringify(configuration, null, 2)
    const refused = await whyNotServed(path, vite)
    if (refused !== undefined) throw new Error(`bearer-worker: ${refused}`)
    return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      throw new Error(
        `bearer-worker: There is no configuration at ${path}. Write one, or name it: bearerWorker({ configuration: "…" }).`,
        { cause },
      )
    })
  }

  /** Every mistake, as one message; or nothing. */
  function mistakesIn(text: string): string | undefined {
    const checked = check(text, CONFIGURATION)
    return checked.kind === 'bad'
      ? `bearer-worker: The configuration${typeof configuration === 'string' ? ` ${configuration}` : ''} is wrong:${listOf(checked.issues)}`
      : undefined
  }

  return {
    name: 'bearer-worker',
    applyToEnvironment: ({ config }) => config.consumer === 'client',

    configResolved(resolved) {
      vite = resolved
    },

    configureServer(server) {
      const { logger } = server.config
      const path = file()
      let told: string | undefined
      if (path !== undefined) {
        server.watcher.add(path)
        server.watcher.on('change', (changed) => resolve(changed) === path && server.ws.send({ type: 'full-reload' }))
      }
      server.middlewares.use(async (request, response, next) => {
        try {
          const name = requestedFile(request.url, publicFolder(vite.base))
          if (name === CONFIGURATION) {
            const text = await configurationText()
            const mistakes = mistakesIn(text)
            // The worker refuses it as well, and keeps the last good one.
            if (mistakes && mistakes !== told) logger.error(mistakes)
            told = mistakes
            response.setHeader('content-type', 'application/json')
            // The worker takes a configuration that does not lie beside its script only with this.
            response.setHeader('bearer-worker-configuration', '1')
            response.setHeader('cache-control', 'no-cache')
            response.end(text)
          } else if (name === SCRIPT || name === worker || name === INSPECTOR) {
            response.setHeader('content-type', 'text/javascript')
            response.setHeader('cache-control', 'no-cache')
            response.end(builtFile(name))
          } else next()
        } catch (error) {
          next(error)
        }
      })
    },

    async generateBundle() {
      const text = await configurationText()
      const mistakes = mistakesIn(text)
      if (mistakes) this.error(mistakes)
      this.emitFile({ type: 'asset', fileName: CONFIGURATION, source: text })
      for (const name of [SCRIPT, worker]) this.emitFile({ type: 'asset', fileName: name, source: builtFile(name) })
    },

    transformIndexHtml: {
      // After the others, so that what is prepended stands before what they prepend.
      order: 'post',
      handler(_, { path }) {
        const folder = publicFolder(vite.base, path)
        const tags: HtmlTagDescriptor[] = [
          {
            tag: 'script',
            attrs: { src: folder + SCRIPT, ...(core && { 'data-worker': folder + CORE }) },
            injectTo: 'head-prepend',
          },
        ]
        if (inspector && vite.command === 'serve') {
          tags.push(
            { tag: 'script', attrs: { src: folder + INSPECTOR, defer: true }, injectTo: 'head' },
            { tag: 'bearer-worker-inspector', injectTo: 'body' },
          )
        }
        return tags
      },
    },
  }
}

function listOf(issues: readonly ConfigurationIssue[]): string {
  return issues.map(({ path, message }) => `\n  ${path || '(file)'}: ${message}`).join('')
}

/** The build puts them beside this module. */
function builtFile(name: string): string {
  return readFileSync(new URL(`./${name}`, import.meta.url), 'utf8')
}
