import type {
  AuthorizationServerConfiguration,
  OwnTokenFields,
  SignOutConfiguration,
  SocketConfiguration,
  WrittenRefresh,
  WrittenSession,
  WrittenTokenFields,
} from './configuration-schema.ts'
import { type Api, apiOf } from './api-tokens.ts'
import type { Measured, TokenFields } from './tokens.ts'

export interface ResourceConfiguration {
  /** A URLPattern string. */
  readonly url: string
  /** Whose access token its requests get; undefined for the session's own. */
  readonly api?: Api
}

export interface CaptureConfiguration {
  /** A URLPattern string. */
  readonly url: string
  readonly tokenFields: TokenFields
}

/** A refresh that is a request. */
export type RefreshConfiguration = Omit<WrittenRefresh, 'url' | 'by' | 'tokenFields' | 'errorField'> & {
  readonly by?: undefined
  readonly url: string
  readonly tokenFields: TokenFields
  readonly errorField: readonly string[]
}

/** A refresh by code of the page; what only a request has is undefined. */
export type PageRefresh = {
  readonly [Key in Exclude<keyof RefreshConfiguration, 'by' | 'tokenFields' | 'timeoutSeconds'>]?: undefined
} & {
  readonly by: 'page'
  readonly tokenFields: TokenFields
  readonly timeoutSeconds: number
}

/** A session as the rest of the code uses it: each key in one form, whichever of its forms the file has. */
export type SessionConfiguration = Omit<
  WrittenSession,
  'resources' | 'capture' | 'refresh' | 'tokenFields' | 'errorField'
> & {
  readonly name: string
  readonly resources: readonly ResourceConfiguration[]
  readonly capture: readonly CaptureConfiguration[]
  readonly refresh?: RefreshConfiguration | PageRefresh
  readonly tokenFields: TokenFields
  readonly errorField: readonly string[]
}
export type { AuthorizationServerConfiguration, SignOutConfiguration, SocketConfiguration, TokenFields }

/** Converts each key to its one form. `capture` and `refresh` inherit the fields that they do not set from the session. */
export function normalize(name: string, session: WrittenSession): SessionConfiguration {
  const { refresh, capture, resources, ...others } = session
  const tokenFields = tokenFieldsOf(session.tokenFields)
  const errorField = [session.errorField].flat()
  const own = (fields?: OwnTokenFields): TokenFields => tokenFieldsOf({ ...session.tokenFields, ...fields })
  return {
    ...others,
    name,
    tokenFields,
    errorField,
    resources: resources.map(resourceOf),
    capture: withFieldsOfTwins(
      capture.map((each) =>
        typeof each === 'string' ? { url: each, tokenFields } : { url: each.url, tokenFields: own(each.tokenFields) },
      ),
    ),
    ...(refresh && { refresh: refreshOf(refresh, own(refresh.tokenFields), errorField) }),
  }
}

function resourceOf(written: WrittenSession['resources'][number]): ResourceConfiguration {
  if (typeof written === 'string') return { url: written }
  const api = apiOf(written)
  return { url: written.url, ...(api && { api }) }
}

/** Where several captures list one URL, as for the mutations of one GraphQL endpoint, each reads the fields of all. */
function withFieldsOfTwins(captures: readonly CaptureConfiguration[]): readonly CaptureConfiguration[] {
  return captures.map(({ url }) => ({
    url,
    tokenFields: captures
      .filter((each) => each.url === url)
      .map(({ tokenFields }) => tokenFields)
      .reduce(joined),
  }))
}

const joined = (first: TokenFields, second: TokenFields): TokenFields => {
  const expiresAt = first.expiresAt ?? second.expiresAt
  return {
    accessToken: union(first.accessToken, second.accessToken),
    refreshToken: union(first.refreshToken, second.refreshToken),
    idToken: union(first.idToken, second.idToken),
    tokenType: union(first.tokenType, second.tokenType),
    expiresIn: joinedUnits(first.expiresIn, second.expiresIn),
    ...(expiresAt && { expiresAt: joinedUnits(expiresAt, second.expiresAt ?? expiresAt) }),
  }
}

/** What is measured in another unit than the first cannot be told apart, and is left out. */
const joinedUnits = <Unit extends string>(first: Measured<Unit>, second: Measured<Unit>): Measured<Unit> =>
  first.in === second.in ? { at: union(first.at, second.at), in: first.in } : first

const union = (first: readonly string[], second: readonly string[]): readonly string[] => [
  ...new Set([...first, ...second]),
]

function refreshOf(
  { url, by, ...call }: WrittenRefresh,
  tokenFields: TokenFields,
  errorField: readonly string[],
): RefreshConfiguration | PageRefresh {
  return by
    ? { by, tokenFields, timeoutSeconds: call.timeoutSeconds }
    : { ...call, url: url!, tokenFields, errorField: call.errorField ? [call.errorField].flat() : errorField }
}

function tokenFieldsOf(fields: WrittenTokenFields): TokenFields {
  const { expiresIn, expiresAt } = fields
  return {
    accessToken: [fields.accessToken].flat(),
    refreshToken: [fields.refreshToken].flat(),
    idToken: [fields.idToken].flat(),
    tokenType: [fields.tokenType].flat(),
    expiresIn: measured(expiresIn),
    ...(expiresAt !== undefined && { expiresAt: measured(expiresAt) }),
  }
}

type Written<Unit extends string> =
  | string
  | readonly string[]
  | { readonly at: string | readonly string[]; readonly in: Unit }

function measured<Unit extends string>(written: Written<Unit | 's'>): Measured<Unit | 's'> {
  return typeof written === 'object' && 'in' in written
    ? { at: [written.at].flat(), in: written.in }
    : { at: [written].flat(), in: 's' }
}
