/** What a page that has just been opened has to know before anything else: whether a session of this configuration is `direct`. */
export type Hint = 'routes' | 'no routes' | undefined

const keyOf = (configuration: string): string => `bearer-worker direct ${configuration}`

/** What an earlier page has noted. The browser may forbid it: then this page begins as any other. */
export function readHint(configuration: string): Hint {
  try {
    const hint = localStorage.getItem(keyOf(configuration))
    return hint === 'routes' || hint === 'no routes' ? hint : undefined
  } catch {
    return undefined
  }
}

export function writeHint(configuration: string, hint: Hint): void {
  if (hint === readHint(configuration)) return
  try {
    if (hint) localStorage.setItem(keyOf(configuration), hint)
    else localStorage.removeItem(keyOf(configuration))
  } catch {
    // A full or forbidden storage: the next page begins as any other.
  }
}
