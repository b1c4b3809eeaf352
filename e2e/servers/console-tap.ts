/**
 * Lines to put before a script of a page or a worker: they report its console to a server, errors with all their
 * properties.
 */
export function tapConsole(url: string): string {
  return `(${tap.toString()})(${JSON.stringify(url)});\n`
}

function tap(url: string): void {
  const send = self.fetch.bind(self)
  const seen = new Set<unknown>()
  const plain = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return String(value)
    seen.add(value)
    const own = Object.getOwnPropertyNames(value).map((name) => [name, plain((value as Record<string, unknown>)[name])])
    seen.delete(value)
    return Object.fromEntries(own)
  }
  const report = (kind: string, values: readonly unknown[]) => {
    void send(url, { method: 'POST', body: JSON.stringify({ kind, values: values.map(plain) }) }).catch(() => {})
  }
  for (const kind of [
    'debug',
    'log',
    'info',
    'warn',
    'error',
    'trace',
    'group',
    'groupCollapsed',
    'table',
    'dir',
  ] as const) {
    const original = console[kind].bind(console) as (...values: unknown[]) => void
    console[kind] = (...values: unknown[]) => {
      report(kind, values)
      original(...values)
    }
  }
  self.addEventListener('error', (event) => report('uncaught', [event.message, event.error]))
  self.addEventListener('unhandledrejection', (event) => report('unhandled', [event.reason]))
}
