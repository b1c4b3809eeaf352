/** Which requests a page has to hold. The worker checks the configuration; here it is only read. */
export async function concernsOf(config: URL, fetch: typeof globalThis.fetch): Promise<(url: string) => boolean> {
  try {
    const { sessions } = (await (await fetch(config.href)).json()) as { sessions: Record<string, { resources: string[]; capture?: string[] }> }
    const patterns = Object.values(sessions).flatMap(({ resources, capture = [] }) => [...resources, ...capture].map((pattern) => new URLPattern(pattern, location.origin)))
    return (url) => patterns.some((pattern) => pattern.test(url))
  } catch {
    // Nothing can be in force: `ready` says why.
    return () => false
  }
}
