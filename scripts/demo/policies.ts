/** The Content Security Policies of the demo's pages. */
import type { DemoServers } from './configurations.ts'

/** The page itself. A vault stands in a frame of it. */
export const policyOfPage = ({ baserow, vault }: DemoServers, id: string, hasVault: boolean): string =>
  `default-src 'none'; script-src 'self'; style-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; ` +
  `frame-src 'self'${hasVault ? ` ${vault}` : ''}; frame-ancestors 'self'; ` +
  `img-src 'self' ${baserow}; connect-src 'self' ${baserow} ${id}`

/**
 * The frame in which an attack runs, at the origin of the page. It forbids nothing, so that what holds is not held by a policy: an injected
 * script that runs at all has passed one. Only the page itself can frame it, and it takes code by a message of that page only.
 */
export const POLICY_OF_ATTACKS = "frame-ancestors 'self'"

/** Only apps can frame the vault. */
export const policyOfVault = ({ app }: DemoServers): string => `frame-ancestors ${app}`
