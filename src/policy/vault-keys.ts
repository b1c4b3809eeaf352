/** The keys of a session that belong into the vault; the others are the app's. */
export const VAULT_KEYS = [
  'refresh',
  'authorizationServer',
  'tokenFields',
  'lifetimeSeconds',
  'sessionEnded',
  'errorField',
  'storage',
  'revoke',
  'signOut',
]
