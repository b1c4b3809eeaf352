import { readFileSync } from 'node:fs'

export const SCRIPT = 'bearer-worker.js'
export const WORKER = 'bearer-worker.sw.js'
export const CORE = 'bearer-worker.core.sw.js'
export const INSPECTOR = 'bearer-worker.inspector.js'

/** The code of a published script: the build of Bearer Worker writes it beside this module. */
export function builtFile(name: string): string {
  return readFileSync(new URL(`./${name}`, import.meta.url), 'utf8')
}
