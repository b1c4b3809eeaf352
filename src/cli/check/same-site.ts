import { getDomain } from 'tldts'

/**
 * Whether two URLs are of one site, so that browsers give a frame of the one the same storage below pages of the other. Names below
 * `localhost` are sites of their own: `app.localhost` and `auth.localhost` are two, `app.site.localhost` and `auth.site.localhost` one.
 * @see https://html.spec.whatwg.org/multipage/browsers.html#same-site
 */
export function isSameSite(url: string, other: string): boolean {
  const [one, two] = [new URL(url), new URL(other)]
  return one.protocol === two.protocol && siteOf(one.hostname) === siteOf(two.hostname)
}

const siteOf = (hostname: string) => getDomain(hostname, { allowPrivateDomains: true }) ?? hostname
