/** A URL as it may be told: without credentials, fragment and query values. */
export function redactUrl(url: string): string {
  const { origin, pathname, searchParams } = new URL(url)
  const names = [...searchParams.keys()]
  return origin + pathname + (names.length ? `?${names.map(encodeURIComponent).join('&')}` : '')
}
