/**
 * Vite's `base` as a prefix of URLs. A relative one is resolved from the page.
 * @see https://vite.dev/guide/build.html#public-base-path
 */
export function publicFolder(base: string, page = '/'): string {
  if (base === '' || base === './') return '../'.repeat(page.split('/').length - 2) || './'
  if (base.startsWith('/') && !base.startsWith('//')) return base
  throw new Error(
    `bearer-worker: Vite's base is ${base}, another origin than the site's. A service worker runs only from the site's own: copy the files with npx bearer-worker init, and write the script tag yourself.`,
  )
}
