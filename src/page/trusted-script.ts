import { ownUrl } from './own-origin.ts'

interface Policy {
  createScriptURL(url: string): unknown
}
interface Policies {
  readonly defaultPolicy: unknown
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy
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
  const { trustedTypes } = window as { trustedTypes?: Policies }
  if (!trustedTypes || trustedTypes.defaultPolicy) return href
  policy ??= trustedTypes.createPolicy(NAME, { createScriptURL: (url) => ownUrl(url).href })
  return policy.createScriptURL(href) as string
}
