import type { SessionConfiguration } from './normalize.ts'
import { namedBy } from './placeholders.ts'
import type { RefreshBy } from './vocabulary.ts'

/**
 * Undefined where a session cannot be refreshed at all. With `cookie` a refresh token goes along where there is one:
 * whether the cookie is there only the server knows.
 */
export function refreshNeeds({
  refresh,
  authorizationServer,
  vault,
}: Pick<SessionConfiguration, 'refresh' | 'authorizationServer' | 'vault'>): RefreshBy | undefined {
  if (vault !== undefined) return 'vault'
  if (!refresh) return authorizationServer && 'refresh-token'
  if (refresh.by) return 'page'
  const { refreshToken, accessToken } = namedBy(refresh)
  if (refreshToken) return 'refresh-token'
  if (accessToken) return 'access-token'
  return refresh.body === 'none' || refresh.credentials !== 'omit' ? 'cookie' : 'refresh-token'
}
