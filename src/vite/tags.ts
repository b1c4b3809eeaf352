import type { HtmlTagDescriptor } from 'vite'
import { INSPECTOR, SCRIPT } from './built-files.ts'

/** The script tag, first in the head, so that it runs before every other script. */
export function scriptTag(folder: string): HtmlTagDescriptor {
  return { tag: 'script', attrs: { src: folder + SCRIPT }, injectTo: 'head-prepend' }
}

export function inspectorTags(folder: string): HtmlTagDescriptor[] {
  return [
    { tag: 'script', attrs: { src: folder + INSPECTOR, defer: true }, injectTo: 'head' },
    { tag: 'bearer-worker-inspector', injectTo: 'body' },
  ]
}
