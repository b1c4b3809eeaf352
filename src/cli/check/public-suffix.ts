import { getDomain, getPublicSuffix } from 'tldts'

const LISTS = { allowPrivateDomains: true }

/**
 * The domain of a pattern such as `https://*.co.uk/*`, where anybody can register a name below it.
 * @see https://publicsuffix.org/list/
 */
export function openToEverybody(pattern: string): string | undefined {
  const [, host] = /^https?:\/\/\*\.([^/:?#]+)/i.exec(pattern) ?? []
  if (host === undefined || !URL.canParse(`https://any.${host}`)) return undefined
  const { hostname: below } = new URL(`https://any.${host}`)
  const domain = below.slice('any.'.length)
  const isOpen = getDomain(domain, LISTS) === null || getPublicSuffix(below, LISTS) === below
  return isOpen ? domain : undefined
}
