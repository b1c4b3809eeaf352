import { readFile } from 'node:fs/promises'
import type { ResolvedConfig } from 'vite'
import { check } from '../cli/check.ts'
import { whyNotServed } from './linked-outside.ts'

export const CONFIGURATION = 'bearer-worker.json'

/** A file by its path, or the configuration itself, as the plugin's options name it. */
export type ConfigurationSource =
  | { readonly kind: 'file'; readonly path: string; readonly name: string }
  | { readonly kind: 'object'; readonly value: object }

export interface CheckedText {
  readonly text: string
  /** One message with every mistake and its path in the JSON; undefined when there is none. */
  readonly mistakes: string | undefined
}

/** Rejects when there is no such file. */
export async function readConfiguration(source: ConfigurationSource, vite: ResolvedConfig): Promise<CheckedText> {
  const text = await textOf(source, vite)
  const checked = check(text, CONFIGURATION)
  if (checked.kind === 'good') return { text, mistakes: undefined }
  const name = source.kind === 'file' ? ` ${source.name}` : ''
  const list = checked.issues.map(({ path, message }) => `\n  ${path || '(file)'}: ${message}`).join('')
  return { text, mistakes: `bearer-worker: The configuration${name} is wrong:${list}` }
}

async function textOf(source: ConfigurationSource, vite: ResolvedConfig): Promise<string> {
  if (source.kind === 'object') return JSON.stringify(source.value, null, 2)
  const refused = await whyNotServed(source.path, vite)
  if (refused !== undefined) throw new Error(`bearer-worker: ${refused}`)
  return readFile(source.path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new Error(
      `bearer-worker: There is no configuration at ${source.path}. Write one, or name it: bearerWorker({ configuration: "…" }).`,
      { cause },
    )
  })
}
