import parseContentSecurityPolicy from 'content-security-policy-parser'

type Policy = ReturnType<typeof parseContentSecurityPolicy>

/** Which list stands in when a directive is missing. @see https://w3c.github.io/webappsec-csp/#directive-fallback-list */
const FALLBACKS = {
  'worker-src': ['worker-src', 'child-src', 'script-src', 'default-src'],
  /** A script that a trusted script puts into the page. */
  'inserted-script': ['script-src-elem', 'script-src', 'default-src'],
  'script-src': ['script-src-elem', 'script-src', 'default-src'],
  'connect-src': ['connect-src', 'default-src'],
  'frame-src': ['frame-src', 'child-src', 'default-src'],
  'frame-ancestors': ['frame-ancestors'],
} as const

export type Directive = keyof typeof FALLBACKS

/** Every policy that holds for a document or a worker: a header may carry several, and each has to allow. */
export function policiesOf(headers: Headers, meta: readonly string[] = []): readonly Policy[] {
  const ofHeader = (headers.get('content-security-policy') ?? '').split(',')
  return [...ofHeader, ...meta].filter((text) => text.trim() !== '').map((text) => parseContentSecurityPolicy(text))
}

/** What is loaded, and by which document or worker. */
export interface Loaded {
  readonly url: string
  /** URL of the document or worker that has the policy. */
  readonly self: string
  /** Of the tag, if it has one. */
  readonly nonce?: string | undefined
}

/** The directive that forbids a URL, as it is written; or nothing. */
export function forbids(policies: readonly Policy[], directive: Directive, loaded: Loaded): string | undefined {
  for (const policy of policies) {
    const name = FALLBACKS[directive].find((each) => policy.has(each))
    if (name === undefined) continue
    const sources = policy.get(name)!
    if (!allows(sources, directive, loaded)) return `${name} ${sources.join(' ') || "'none'"}`
  }
  return undefined
}

function allows(sources: readonly string[], directive: Directive, { url, self, nonce }: Loaded): boolean {
  if (nonce !== undefined && sources.includes(`'nonce-${nonce}'`)) return true
  // A script that is trusted already may start a worker; a tag needs its nonce or hash. https://w3c.github.io/webappsec-csp/#strict-dynamic-usage
  const isOfScripts = !['connect-src', 'frame-src', 'frame-ancestors'].includes(directive)
  if (isOfScripts && sources.includes("'strict-dynamic'")) return directive !== 'script-src'
  return sources.some((source) => matches(source, new URL(url), new URL(self)))
}

/** @see https://w3c.github.io/webappsec-csp/#match-url-to-source-expression */
function matches(source: string, url: URL, self: URL): boolean {
  const expression = source.toLowerCase()
  if (expression === '*') return /^(https?|wss?):$/.test(url.protocol) || url.protocol === self.protocol
  if (expression === "'self'")
    return (
      url.origin === self.origin ||
      (url.hostname === self.hostname && self.protocol === 'http:' && url.protocol === 'https:')
    )
  if (expression.startsWith("'")) return false
  if (/^[a-z][a-z\d+.-]*:$/.test(expression)) return sameScheme(expression, url.protocol)
  const [, scheme, host, port, path] =
    /^(?:([a-z][a-z\d+.-]*:)\/\/)?(\*|(?:\*\.)?[^/:*]+|\[[^\]]+\])(?::(\d+|\*))?(\/[^?#]*)?$/i.exec(source) ?? []
  if (host === undefined) return false
  if (!sameScheme((scheme ?? self.protocol).toLowerCase(), url.protocol)) return false
  const hostname = host.toLowerCase()
  if (
    hostname.startsWith('*.')
      ? !url.hostname.endsWith(hostname.slice(1))
      : hostname !== '*' && hostname !== url.hostname
  )
    return false
  if (!samePort(port, url)) return false
  if (path === undefined || path === '/') return true
  return path.endsWith('/') ? url.pathname.startsWith(path) : url.pathname === path
}

const sameScheme = (source: string, scheme: string) => source === scheme || (source === 'http:' && scheme === 'https:')

/** Without a port, the scheme's own is meant. @see https://w3c.github.io/webappsec-csp/#match-ports */
function samePort(source: string | undefined, { port, protocol }: URL): boolean {
  if (source === undefined) return port === ''
  const actual = port || (protocol === 'https:' ? '443' : '80')
  return source === '*' || source === actual || (source === '80' && actual === '443')
}
