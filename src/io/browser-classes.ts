/**
 * The globals that parts use for whatever may contain a token. A worker gives its own; a page gives copies, since its scripts
 * may have replaced what the globals do. The build takes the names from here.
 */
export const BROWSER_CLASSES = [
  'Headers',
  'Request',
  'Response',
  'URL',
  'URLPattern',
  'URLSearchParams',
  'TextDecoder',
  'TextEncoder',
  'Map',
  'Set',
  'Object',
  'JSON',
  'indexedDB',
  'crypto',
  'navigator',
] as const

export type BrowserClasses = Pick<typeof globalThis, (typeof BROWSER_CLASSES)[number]>
