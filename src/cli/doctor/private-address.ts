import { lookup } from 'node:dns/promises'
import ipaddr from 'ipaddr.js'
import { isLoopback } from './loopback.ts'

/** What kind of address a host has, where that is not a public one: `loopback`, `private`, `linkLocal`, … @see https://www.iana.org/assignments/iana-ipv4-special-registry */
export async function privateRangeOf({ hostname }: URL): Promise<string | undefined> {
  if (isLoopback(hostname)) return 'loopback'
  const literal = hostname.replace(/^\[|\]$/g, '')
  const addresses = ipaddr.isValid(literal) ? [literal] : await addressesOf(hostname)
  return addresses.map(rangeOf).find((range) => range !== undefined)
}

function rangeOf(address: string): string | undefined {
  // An IPv4 address inside an IPv6 one counts as itself.
  const range = ipaddr.process(address.replace(/%.*$/, '')).range()
  return range === 'unicast' ? undefined : range
}

async function addressesOf(hostname: string): Promise<readonly string[]> {
  try {
    return (await lookup(hostname, { all: true })).map(({ address }) => address)
  } catch {
    // Whoever asks it next learns the reason.
    return []
  }
}

/**
 * A public site must not make this machine ask its own network. Where the site itself is on such an address, as while
 * developing, everything may be asked.
 */
export async function guardFor(site: URL, mayAsk: boolean): Promise<(url: URL) => Promise<string | undefined>> {
  if (mayAsk || (await privateRangeOf(site)) !== undefined) return async () => undefined
  const ranges = new Map<string, Promise<string | undefined>>()
  return async (url) => {
    const range = ranges.get(url.hostname) ?? privateRangeOf(url)
    ranges.set(url.hostname, range)
    const found = await range
    return found === undefined ? undefined : `${url.host} is a ${found} address, which is asked only with --probe`
  }
}
