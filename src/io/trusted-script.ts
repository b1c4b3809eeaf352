interface Policy {
  createScriptURL(url: string): unknown
}
interface Policies {
  readonly defaultPolicy: unknown
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy
}

const ownOrigin = (url: string): string => {
  if (new URL(url).origin === self.origin) return url
  throw new TypeError(`${url} is not on ${self.origin}`)
}

/** Its name stands in the docs: a site lists it in its `trusted-types` directive. */
const NAME = 'bearer-worker'

let policy: Policy | undefined

/**
 * The URL of a script of ours as a site with `require-trusted-types-for 'script'` wants it; the text where the browser or
 * the site's default policy takes that. Throws a `TypeError` where the site does not list the policy `bearer-worker`.
 * @see https://w3c.github.io/trusted-types/dist/spec/
 */
export function trusted({ href }: URL): string {
  const { trustedTypes } = self as { trustedTypes?: Policies }
  // Where a browser has none, an element may have that id.
  const isFactory = Object.prototype.toString.call(trustedTypes) === '[object TrustedTypePolicyFactory]'
  if (!trustedTypes || !isFactory || trustedTypes.defaultPolicy) return href
  policy ??= trustedTypes.createPolicy(NAME, { createScriptURL: ownOrigin })
  return policy.createScriptURL(href) as string
}
