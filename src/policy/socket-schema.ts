import * as v from 'valibot'
import { anything, format, key, oneOf, url, whole, word } from './schema-parts.ts'

/** A number that is told apart from an object by its type: `integer` is none of the types of a value. */
const closeCode = v.pipe(
  v.number(),
  v.minValue(1000),
  v.maxValue(4999),
  v.metadata({ errorMessage: 'Write a close code of a WebSocket, from 1000 to 4999.' }),
)

const ticketSchema = v.strictObject({
  url: key('The endpoint that issues tickets. It is asked as a resource of the session.', '/api/ws-ticket', url),
  method: v.optional(
    key('The method of this request. Needed where the server wants a GET.', 'GET', v.picklist(['POST', 'GET'])),
    'POST',
  ),
  field: v.optional(
    key('Where the ticket is in the JSON answer. Needed where it has another name.', 'data.ticket', format('path')),
    'ticket',
  ),
  parameter: v.optional(
    key(
      'The parameter of the URL of the socket that takes the ticket. Needed where the server reads another.',
      'token',
      word,
    ),
    'ticket',
  ),
})

const closeCodesSchema = v.array(
  oneOf('Write a close code such as 4401, or { "code": 1008, "reason": "token expired" }.', [
    closeCode,
    v.strictObject({
      code: key('The close code.', 1008, whole(1000, 4999)),
      reason: key('A text that the reason of the close contains.', 'token expired', word),
    }),
  ]),
)

/** One kind of socket, and how its server wants the token. */
export const socketSchema = v.strictObject({
  url: key(
    'Which sockets: a pattern, "wss:" in place of "https:"; plain "ws:" for loopback only.',
    'wss://api.example.com/live',
    format('socket-pattern'),
  ),
  ticket: v.exactOptional(
    key(
      'A ticket that the server issues for one connection is put into the URL. The page never sees the token.',
      { url: '/api/ws-ticket', field: 'ticket', parameter: 'ticket' },
      ticketSchema,
    ),
  ),
  protocol: v.exactOptional(
    key(
      'A subprotocol that contains the token, after those of the page. Needs "exposeAccessToken".',
      'base64url.bearer.authorization.k8s.io.{accessToken:base64url}',
      format('socket-protocol'),
    ),
  ),
  parameter: v.exactOptional(
    key(
      'The parameter of the URL that takes the access token. Logs of servers show it. Needs "exposeAccessToken".',
      'access_token',
      word,
    ),
  ),
  firstMessage: v.exactOptional(
    key(
      'The first message: text, or JSON. A first message of the page whose other members are equal gets the token instead. Needs "exposeAccessToken".',
      { type: 'connection_init', payload: { authToken: '{accessToken}' } },
      anything,
    ),
  ),
  closeCodes: v.optional(
    key(
      'The close codes by which the server refuses a token: the next socket gets a new one. Needed where the server uses others, or 1008 with a reason.',
      [4401, { code: 1008, reason: 'token expired' }],
      closeCodesSchema,
    ),
    [4401, 3000],
  ),
})
