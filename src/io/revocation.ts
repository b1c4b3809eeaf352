const LIMIT_MS = 5_000

/** Tells the server that a token is not used any more. Whatever comes of it, it is forgotten here. @see https://www.rfc-editor.org/rfc/rfc7009#section-2.1 */
export async function revoke(
  endpoint: string,
  token: string,
  hint: 'refresh_token' | 'access_token',
  clientId: string | undefined,
  fetch: typeof globalThis.fetch,
): Promise<void> {
  const body = new URLSearchParams({ token, token_type_hint: hint, ...(clientId && { client_id: clientId }) })
  await fetch(endpoint, {
    method: 'POST',
    body,
    signal: AbortSignal.timeout(LIMIT_MS),
    credentials: 'omit',
    redirect: 'error',
    cache: 'no-store',
  }).catch(() => {})
}
