/** In every browser and in Node, but no part of ECMAScript. Takes base64 without its padding too. @see https://infra.spec.whatwg.org/#forgiving-base64-decode */
declare const atob: (base64: string) => string

/** The payload of a JWT, unverified; undefined for an opaque token or one that cannot be read. @see https://www.rfc-editor.org/rfc/rfc7519#section-4 */
export function claimsOf(token: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const bytes = atob(token!.split('.')[1]!.replace(/-/g, '+').replace(/_/g, '/'))
    const text = decodeURIComponent(bytes.replace(/[^]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`))
    const claims: unknown = JSON.parse(text)
    return typeof claims === 'object' && claims && !Array.isArray(claims) ? (claims as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
