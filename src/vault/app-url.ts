/** Whether a URL is of one of these origins, exactly. `blob:` URLs have the origin of their page, and are none. */
export function isAppUrl(url: string, apps: readonly string[]): boolean {
  if (!URL.canParse(url)) return false
  const { origin, href } = new URL(url)
  return apps.includes(origin) && href.startsWith(`${origin}/`)
}
