import * as v from 'valibot'
import { key, oneOf, pattern, word } from './schema-parts.ts'

/** An entry of `resources`. */
export const resourceSchema = oneOf(
  'Write a pattern such as "/api/*", or { "url": "https://graph.example.com/*", "resource": "https://graph.example.com" }.',
  [
    pattern,
    v.strictObject({
      url: key('The pattern of the requests.', 'https://graph.example.com/*', pattern),
      resource: v.exactOptional(
        key(
          'The resource indicator (RFC 8707) of an access token of its own, from the same refresh token. Needed where the server issues tokens for one API at a time.',
          'https://graph.example.com',
          word,
        ),
      ),
      scope: v.exactOptional(
        key(
          'The scope of that access token, its names separated by spaces. Needed where the server goes by the scope.',
          'mail.read',
          word,
        ),
      ),
    }),
  ],
)
