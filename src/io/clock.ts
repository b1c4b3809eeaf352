/** ms since epoch, on this device's clock: it may be hours off, and be set back. */
export const now = (): number => Date.now()
