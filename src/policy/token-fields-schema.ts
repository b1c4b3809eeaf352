import * as v from 'valibot'
import { format, key, oneOf } from './schema-parts.ts'

const path = format('path')
const tokenPath = format('token-path')
/** An empty list would mean that nothing is ever found. */
const listOf = (item: typeof path, example: string) =>
  v.pipe(
    v.array(item),
    v.minLength(1),
    v.metadata({ errorMessage: `List at least one path, such as ["${example}"], or leave the key out.` }),
  )

/** Where an error code is: one path, or several. */
export const errorField = oneOf(
  'Write a path such as "error", or a list of paths such as ["error", "errors.*.extensions.code"].',
  [path, listOf(path, 'error')],
)

const paths = oneOf(
  'Write a path such as "data.access_token", a list of paths, or "header:NAME" for a header of the answer.',
  [tokenPath, listOf(tokenPath, 'data.token')],
)

/** Where a number or a point in time is, and its unit. */
const measured = <const Units extends readonly [string, ...string[]]>(units: Units, example: string) =>
  oneOf(`Write a path, a list of paths, or an object such as ${example}.`, [
    tokenPath,
    listOf(tokenPath, 'data.expires'),
    v.strictObject({
      at: key('Where it is in the answer: a path, or a list of paths.', 'data.expires', paths),
      in: v.optional(key('Its unit. Needed where the server does not count in seconds.', 'ms', v.picklist(units)), 's'),
    }),
  ])

const members = {
  accessToken: key(
    'The new access token. Needed where the server calls it something else than "access_token".',
    ['access_token', 'data.token', 'header:authorization'],
    paths,
  ),
  refreshToken: key(
    'The new refresh token. Needed where the server calls it something else than "refresh_token".',
    'data.refresh_token',
    paths,
  ),
  idToken: key('The ID token, for its claims. Needed where it is not at "id_token".', 'data.id_token', paths),
  tokenType: key(
    'The scheme that the token is sent with. Needed where it is not at "token_type".',
    'data.token_type',
    paths,
  ),
  expiresIn: key(
    'The lifetime of the access token. Needed where it is not at "expires_in", or not in seconds.',
    { at: 'data.expires', in: 'ms' },
    measured(['s', 'ms'], '{ "at": "data.expires", "in": "ms" }'),
  ),
  expiresAt: key(
    'The point in time when the access token expires, by the clock of the server. Needed where the server sends a time instead of a lifetime. "iso" is a date as text.',
    { at: 'expires_at', in: 'ms' },
    measured(['s', 'ms', 'iso'], '{ "at": "expires_at", "in": "iso" }'),
  ),
}

/** Where tokens are in the answers of a session; RFC 6749's names where nothing else is written. */
export const tokenFieldsSchema = v.strictObject({
  accessToken: v.optional(members.accessToken, 'access_token'),
  refreshToken: v.optional(members.refreshToken, 'refresh_token'),
  idToken: v.optional(members.idToken, 'id_token'),
  tokenType: v.optional(members.tokenType, 'token_type'),
  expiresIn: v.optional(members.expiresIn, 'expires_in'),
  expiresAt: v.exactOptional(members.expiresAt),
})

/** Where they are in one kind of answer; what is left out is as in the session. */
export const ownTokenFieldsSchema = v.strictObject({
  accessToken: v.exactOptional(members.accessToken),
  refreshToken: v.exactOptional(members.refreshToken),
  idToken: v.exactOptional(members.idToken),
  tokenType: v.exactOptional(members.tokenType),
  expiresIn: v.exactOptional(members.expiresIn),
  expiresAt: v.exactOptional(members.expiresAt),
})
