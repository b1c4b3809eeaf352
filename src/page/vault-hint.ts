/**
 * What a page that has just been opened has to know of its vaults at once: the worker that would say it is started by the first request, and
 * a frame takes longer to load than that. Any script of the origin can have written it. So it decides only which frame is loaded early: the worker
 * says which one is asked.
 */

const keyOf = (configuration: string): string => `bearer-worker vaults ${configuration}`

/** By URL of a vault's page: ms since epoch until which the app itself has an access token. */
export type VaultHint = Readonly<Record<string, number>>

/** URLs of the vaults that this page is about to ask, as an earlier page has noted. */
export function readVaultHint(configuration: string, now: number): readonly string[] {
  try {
    const hint = Object(JSON.parse(localStorage.getItem(keyOf(configuration)) ?? '{}')) as VaultHint
    return Object.keys(hint).filter((url) => isElsewhere(url) && !(hint[url]! > now))
  } catch {
    return []
  }
}

/** The browser may forbid it, or have no space left: then the next page loads its frames when the worker asks for them. */
export function writeVaultHint(configuration: string, hint: VaultHint): void {
  const key = keyOf(configuration)
  const text = JSON.stringify(hint)
  try {
    if (text === '{}') localStorage.removeItem(key)
    else if (text !== localStorage.getItem(key)) localStorage.setItem(key, text)
  } catch {}
}

/** A vault is on another origin. A `javascript:` URL would run in this one. */
function isElsewhere(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, origin } = new URL(url)
  return /^https?:$/.test(protocol) && origin !== location.origin
}
