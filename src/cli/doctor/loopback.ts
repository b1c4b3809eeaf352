/** Hosts that browsers trust without https. @see https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy */
export const isLoopback = (hostname: string): boolean =>
  /^(.+\.)?localhost$|^127(\.\d{1,3}){3}$|^\[::1\]$/i.test(hostname)
