import type { policiesOf } from './content-security-policy.ts'

/** The name of the policy by which the page script registers the worker and loads its parts. */
const POLICY = 'bearer-worker'

/** The directive that keeps our policy from being made, where one is needed. @see https://w3c.github.io/trusted-types/dist/spec/#trusted-types-csp-directive */
export function forbidsTrustedTypes(policies: ReturnType<typeof policiesOf>): string | undefined {
  const isRequired = policies.some((policy) => policy.get('require-trusted-types-for')?.includes("'script'"))
  if (!isRequired) return undefined
  const names = policies
    .map((policy) => policy.get('trusted-types'))
    .find((list) => list && !list.includes('*') && !list.includes(POLICY))
  return names && `trusted-types ${names.join(' ') || "'none'"}`
}
