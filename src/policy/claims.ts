import { jwtDecode } from 'jwt-decode'

/** The payload of a JWT, unverified; undefined for an opaque token or one that cannot be read. @see https://www.rfc-editor.org/rfc/rfc7519#section-4 */
export function claimsOf(token: string | undefined): Readonly<Record<string, unknown>> | undefined {
  // The usual case of a server without id tokens: an exception for it would be dear.
  if (token === undefined) return undefined
  try {
    const claims: unknown = jwtDecode(token)
    return typeof claims === 'object' && claims && !Array.isArray(claims)
      ? (claims as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
