/**
 * What Next.js makes of `<Script src="…" strategy="beforeInteractive">` in the App Router: an inline script that hands address and
 * attributes to its loader. @see https://nextjs.org/docs/app/api-reference/components/script#beforeinteractive
 */
export function nextScriptOf(text: string): Readonly<Record<string, string>> | undefined {
  const [, json] = /^\s*\(self\.__next_s\s*=\s*self\.__next_s\s*\|\|\s*\[\]\)\.push\((\[.*\])\);?\s*$/s.exec(text) ?? []
  if (json === undefined) return undefined
  try {
    const [src, attributes] = JSON.parse(json) as unknown[]
    if (typeof src !== 'string') return undefined
    const written = Object.entries(Object(attributes)).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    )
    return { ...Object.fromEntries(written), src }
  } catch {
    return undefined
  }
}
