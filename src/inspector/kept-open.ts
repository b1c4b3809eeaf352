const KEY = 'bearer-worker-inspector'

/** Whether it was open on the last page of this tab. */
export function wasOpen(): boolean {
  try {
    return sessionStorage.getItem(KEY) === 'open'
  } catch {
    return false
  }
}

export function keepOpen(open: boolean): void {
  try {
    sessionStorage.setItem(KEY, open ? 'open' : 'folded')
  } catch {
    // Not allowed to store: then it opens as its attribute says.
  }
}
