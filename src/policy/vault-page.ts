import { isReserved } from './reserved-parameters.ts'

/** What the vault's page is asked to do when it is opened at top level. It comes by the fragment, from anywhere. */
export type VaultRequest =
  | {
      readonly does: 'sign-in'
      readonly session: string
      readonly returnTo: string
      readonly parameters: Readonly<Record<string, string>>
    }
  /** Ends the session at the authorization server too, as the sign-out before has prepared it. */
  | { readonly does: 'sign-out'; readonly session: string }
  /** A sign-in has ended. */
  | { readonly does: 'go-on'; readonly returnTo: string }

const KEY = '#bearer-worker='

/** URL of the vault's page with a request in its fragment: no server sees it. */
export function vaultPageUrl(page: string, request: VaultRequest): string {
  return page.replace(/#.*/s, '') + KEY + encodeURIComponent(JSON.stringify(request))
}

/** The request in a fragment; undefined for anything else. */
export function readVaultRequest(fragment: string): VaultRequest | undefined {
  if (!fragment.startsWith(KEY)) return undefined
  const {
    does,
    session,
    returnTo,
    parameters = {},
  } = Object(parsed(fragment.slice(KEY.length))) as Record<string, unknown>
  if (does === 'sign-out') return typeof session === 'string' ? { does, session } : undefined
  if (typeof returnTo !== 'string') return undefined
  if (does === 'go-on') return { does, returnTo }
  if (does !== 'sign-in' || typeof session !== 'string' || !areParameters(parameters)) return undefined
  return { does, session, returnTo, parameters }
}

function areParameters(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.entries(value).every(([name, each]) => typeof each === 'string' && !isReserved(name))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(decodeURIComponent(text))
  } catch {
    return undefined
  }
}
