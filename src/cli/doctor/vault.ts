import { getDomain } from 'tldts'
import type { Findings } from '../finding.ts'
import type { SessionConfiguration } from '../../policy/configuration.ts'
import { isLoopback } from './loopback.ts'

/** A vault is on another origin of the same site, by the Public Suffix List. @see https://publicsuffix.org/ */
export function checkVault(session: SessionConfiguration, origin: string, findings: Findings): void {
  const { vault } = session as { readonly vault?: unknown }
  if (typeof vault !== 'string' || !URL.canParse(vault, origin)) return
  const url = new URL(vault, origin)
  if (url.origin === origin)
    findings.problem(
      'vault-same-origin',
      url.href,
      'The vault is on the origin of the site, where it protects nothing.',
      'Serve its two files from another origin of the same site, as https://auth.example.com beside https://app.example.com.',
    )
  else if (siteOf(url.hostname) !== siteOf(new URL(origin).hostname))
    findings.problem(
      'vault-other-site',
      url.href,
      `The vault is of another site than ${origin}: browsers keep its storage apart.`,
      'Serve it from another origin of the same site, as https://auth.example.com beside https://app.example.com.',
    )
}

const siteOf = (hostname: string) =>
  isLoopback(hostname) ? 'loopback' : (getDomain(hostname, { allowPrivateDomains: true }) ?? hostname)
