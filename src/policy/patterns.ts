const ORIGIN = /^(https?):\/\/(\*\.)?([-\w\u0080-\uffff]+(?:\.[-\w\u0080-\uffff]+)*|\[[\da-f:.]+\])(?::\d+)?(?=\/|$)/i

/**
 * Whether browsers trust a host without https: it is this device.
 * @see https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy
 */
export const isLoopback = (hostname: string): boolean =>
  /^(.+\.)?localhost$|^127(\.\d{1,3}){3}$|^\[::1\]$/i.test(hostname)

function checkOrigin(text: string, wildcards: boolean): string | undefined {
  if (/[\s\\\p{Cc}]/u.test(text)) return 'Take out backslashes, spaces and line breaks.'
  if (/^\/(?!\/)/.test(text)) return undefined
  const [, scheme, wildcard, host] = ORIGIN.exec(text) ?? []
  if (!scheme || !host)
    return `Write "/path" or "https://host/path", the origin named exactly and without credentials${wildcards ? '; a wildcard only as in "https://*.example.com/*"' : ''}.`
  if (wildcard && !(wildcards && host.includes('.')))
    return 'Name the host: a wildcard stands only before a whole domain, as in "https://*.example.com/*".'
  if (scheme.toLowerCase() === 'http' && (wildcard || !isLoopback(host)))
    return 'Use https: plain http is for localhost, *.localhost names, 127.0.0.0/8 and [::1] only.'
  return undefined
}

/** What is wrong with a URLPattern string of the configuration. @see https://urlpattern.spec.whatwg.org/#constructor-string-parsing */
export function checkPattern(pattern: string): string | undefined {
  // A colon before a slash would make URLPattern take what stands before it for a scheme.
  return (
    checkOrigin(pattern, true) ??
    (/^\/.*:(\/|$)/.test(pattern)
      ? 'Take out the colon before the slash: what stands before it would be read as a scheme.'
      : undefined)
  )
}

/** The same for a pattern of sockets: it has `wss:` where that of a resource has `https:`. */
export function checkSocketPattern(pattern: string): string | undefined {
  if (/^https?:/i.test(pattern)) return 'Write "wss:" in place of "https:", and "ws:" in place of "http:".'
  return checkPattern(pattern.replace(/^ws(?=s?:)/i, 'http'))?.replaceAll('http', 'ws')
}

/** What is wrong with an endpoint's URL. */
export function checkUrl(url: string): string | undefined {
  return checkOrigin(url, false)
}

/** The pattern as URLPattern takes it: in an IPv6 host it reads a bare colon as the beginning of a name. */
export function forUrlPattern(pattern: string): string {
  return pattern.replace(/(?<=^https?:..)\[.+?]/i, (host) => host.replaceAll(':', '\\:'))
}

/**
 * Whether a URL brings its own user: that is what the browser authorizes the request with.
 * @see https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
 */
export const namesUser = (url: string): boolean => /^https?:..[^/]*@/.test(url)
