/** `bearer-worker/vite`: a Vite app has nothing to copy. */
import { resolve } from 'node:path'
import type { Plugin, ResolvedConfig } from 'vite'
import { builtFile, INSPECTOR, SCRIPTS } from './built-files.ts'
import { CONFIGURATION, type ConfigurationSource, readConfiguration } from './configuration-source.ts'
import { reloadOnChange, serveFiles } from './development-server.ts'
import { publicFolder } from './public-folder.ts'
import { inspectorTags, scriptTag } from './tags.ts'

export interface BearerWorkerPluginOptions {
  /** A file, relative to Vite's root (`bearer-worker.json` by default), or the configuration itself. */
  readonly configuration?: string | object
  /** Shows the inspector on every page of the development server. */
  readonly inspector?: boolean
}

/**
 * Serves and emits the scripts and the configuration, and puts the script tag first into the head of every page.
 * A build with a wrong configuration fails and lists every mistake; the development server logs them.
 * @example
 * ```js
 * // vite.config.js
 * import bearerWorker from 'bearer-worker/vite'
 *
 * export default { plugins: [bearerWorker({ inspector: true })] }
 * ```
 */
export default function bearerWorker({
  configuration = CONFIGURATION,
  inspector = false,
}: BearerWorkerPluginOptions = {}): Plugin {
  let vite: ResolvedConfig
  const source = (): ConfigurationSource =>
    typeof configuration === 'string'
      ? { kind: 'file', path: resolve(vite.root, configuration), name: configuration }
      : { kind: 'object', value: configuration }

  return {
    name: 'bearer-worker',
    applyToEnvironment: ({ config }) => config.consumer === 'client',

    configResolved(resolved) {
      vite = resolved
    },

    configureServer(server) {
      reloadOnChange(server, source())
      server.middlewares.use(
        serveFiles(server, {
          scripts: [...SCRIPTS, INSPECTOR],
          readConfiguration: () => readConfiguration(source(), vite),
        }),
      )
    },

    async generateBundle() {
      const { text, mistakes } = await readConfiguration(source(), vite)
      if (mistakes) this.error(mistakes)
      this.emitFile({ type: 'asset', fileName: CONFIGURATION, source: text })
      for (const name of SCRIPTS) this.emitFile({ type: 'asset', fileName: name, source: builtFile(name) })
    },

    transformIndexHtml: {
      // After the other plugins, so that our script stands before the tags that they prepend.
      order: 'post',
      handler(_, { path }) {
        const folder = publicFolder(vite.base, path)
        const showsInspector = inspector && vite.command === 'serve'
        return [scriptTag(folder), ...(showsInspector ? inspectorTags(folder) : [])]
      },
    },
  }
}
