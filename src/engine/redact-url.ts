/** A URL as it may be told: without credentials, fragment and query values. */
export function redactUrl(url: string): string {
  // Most have nothing to hide, and parsing is dear: this is done for every request.
  if (!/[@?#]/.test(url)) return url
  const { origin, pathname, searchParams } = new URL(url)
  const names = [...searchParams.keys()]
  return origin + pathname + (names.length ? `?${names.map(encodeURIComponent).join('&')}` : '')
}
