import { readFileSync } from 'node:fs'

export const SCRIPT = 'bearer-worker.js'
/** What a site serves: page script and worker, and the parts that they load where the configuration or the browser needs them. */
export const SCRIPTS = [SCRIPT, 'bearer-worker.sw.js', 'bearer-worker.oauth.js', 'bearer-worker.page.js']
export const INSPECTOR = 'bearer-worker.inspector.js'

/** The code of a published script: the build of Bearer Worker writes it beside this module. */
export function builtFile(name: string): string {
  return readFileSync(new URL(`./${name}`, import.meta.url), 'utf8')
}
