import type { ActiveRecord, RefreshBy, RefreshCredential, SessionRecord } from './vocabulary.ts'

/** The credential of a session; undefined when it has none. */
export function credentialOf(record: ActiveRecord, by: RefreshBy): RefreshCredential | undefined {
  switch (by) {
    case 'cookie':
    case 'page':
    case 'vault':
      return { kind: by }
    case 'access-token': {
      const token = renewingToken(record)
      return token && { kind: 'access-token', token }
    }
    case 'refresh-token':
      return record.refreshToken && { kind: 'refresh-token', token: record.refreshToken }
  }
}

/** The session's own access token, also of a record as an API sees it: that is what a refresh presents. */
export const renewingToken = (record: ActiveRecord) => record.sessionToken ?? record.accessToken

/** Whether a refresh can be asked for at all. `by` is undefined where no refresh is configured. */
export function isRefreshable(record: SessionRecord, by: RefreshBy | undefined): record is ActiveRecord {
  return by !== undefined && record.state === 'active' && credentialOf(record, by) !== undefined
}

/** Whether two credentials are the same. */
export function isSameCredential(a: RefreshCredential, b: RefreshCredential): boolean {
  return a.kind === b.kind && tokenOf(a) === tokenOf(b)
}

const tokenOf = (credential: RefreshCredential): string | undefined =>
  'token' in credential ? credential.token : undefined
