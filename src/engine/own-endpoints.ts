import { asServersReadIt } from '../policy/server-paths.ts'
import { withoutQuery } from './compiled-pattern.ts'

/** Whether a URL is one of these endpoints, also in another spelling that servers read as the same path. */
export function isOneOf(endpoints: readonly string[], url: string): boolean {
  if (endpoints.length === 0) return false
  const readings = [url, asServersReadIt(url) ?? url].map(withoutQuery)
  return endpoints.some((endpoint) => readings.includes(withoutQuery(endpoint)))
}
