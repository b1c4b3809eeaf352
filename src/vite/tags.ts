import type { HtmlTagDescriptor } from 'vite'
import { INSPECTOR, SCRIPT } from './built-files.ts'

/** Attributes of the script tag, as `data-scope` or `nonce`. */
export type TagAttributes = Readonly<Record<string, string | boolean>>

interface Tag {
  readonly worker?: string
  readonly type?: 'classic' | 'module'
  readonly attributes: TagAttributes
}

/** The script tag, first in the head, so that it runs before every other script. */
export function scriptTag(folder: string, { worker, type, attributes }: Tag): HtmlTagDescriptor {
  const attrs = {
    src: folder + SCRIPT,
    ...(worker !== undefined && { 'data-worker': /^(\/|https?:)/.test(worker) ? worker : folder + worker }),
    ...(type === 'module' && { 'data-worker-type': type }),
    ...attributes,
  }
  return { tag: 'script', attrs, injectTo: 'head-prepend' }
}

export function inspectorTags(folder: string): HtmlTagDescriptor[] {
  return [
    { tag: 'script', attrs: { src: folder + INSPECTOR, defer: true }, injectTo: 'head' },
    { tag: 'bearer-worker-inspector', injectTo: 'body' },
  ]
}
