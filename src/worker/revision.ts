declare const self: ServiceWorkerGlobalScope

/** A revision that differs from this worker's own: registered with it, the same script is installed as another worker. */
export function nextRevision(): string {
  return hash(`after ${new URL(self.location.href).searchParams.get('revision')}`)
}

/** FNV-1a, 32 bit: only to tell one text from another. */
export function hash(text: string): string {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return (value >>> 0).toString(36)
}
