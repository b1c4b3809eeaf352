import { resolve } from 'node:path'
import type { Connect, ViteDevServer } from 'vite'
import { builtFile } from './built-files.ts'
import { type CheckedText, CONFIGURATION, type ConfigurationSource } from './configuration-source.ts'
import { publicFolder } from './public-folder.ts'
import { requestedFile } from './requested-file.ts'

export interface Served {
  /** The scripts that are served under their own name. */
  readonly scripts: readonly string[]
  readConfiguration(): Promise<CheckedText>
}

/** Serves the scripts and the configuration, each read again for every request. */
export function serveFiles(server: ViteDevServer, { scripts, readConfiguration }: Served): Connect.NextHandleFunction {
  const base = publicFolder(server.config.base)
  const report = reporterOf(server)

  async function contentOf(name: string): Promise<readonly [type: string, content: string] | undefined> {
    if (scripts.includes(name)) return ['text/javascript', builtFile(name)]
    if (name !== CONFIGURATION) return undefined
    const { text, mistakes } = await readConfiguration()
    report(mistakes)
    // A wrong one is served too: the worker refuses it as well, and keeps the last good one.
    return ['application/json', text]
  }

  return async (request, response, next) => {
    try {
      const name = requestedFile(request.url, base)
      const content = name === undefined ? undefined : await contentOf(name)
      if (!content) return next()
      const [type, text] = content
      response.setHeader('content-type', type)
      response.setHeader('cache-control', 'no-cache')
      // The worker accepts a configuration that does not lie beside its script only with this header.
      if (name === CONFIGURATION) response.setHeader('bearer-worker-configuration', '1')
      response.end(text)
    } catch (error) {
      next(error)
    }
  }
}

/** Reloads every open page when the configuration file changes. */
export function reloadOnChange(server: ViteDevServer, source: ConfigurationSource): void {
  if (source.kind !== 'file') return
  server.watcher.add(source.path)
  server.watcher.on('change', (changed) => {
    if (resolve(changed) === source.path) server.ws.send({ type: 'full-reload' })
  })
}

/** Logs mistakes when they change, not at each request for the same wrong file. */
function reporterOf({ config: { logger } }: ViteDevServer): (mistakes: string | undefined) => void {
  let reported: string | undefined
  return (mistakes) => {
    if (mistakes && mistakes !== reported) logger.error(mistakes)
    reported = mistakes
  }
}
