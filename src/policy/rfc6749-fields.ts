import type { TokenFields } from './normalize.ts'

/** The names of RFC 6749, as every session has them that writes no `tokenFields`. For tests. */
export const rfc6749Fields: TokenFields = {
  accessToken: ['access_token'],
  refreshToken: ['refresh_token'],
  idToken: ['id_token'],
  tokenType: ['token_type'],
  expiresIn: { at: ['expires_in'], in: 's' },
}
