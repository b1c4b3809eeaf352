/** Shapes that the answer to a sign-in can have, and what is to be left of each for the page. */
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'

interface Tokens {
  readonly access_token: string
}
type Answer = (response: ServerResponse, tokens: Tokens) => void

export const JSON_HEADERS = { 'content-type': 'application/json' }
const textOf = (tokens: Tokens) => JSON.stringify({ ...tokens, token: tokens.access_token, user: 'Ada ☂' })

const inAList = (tokens: Tokens) => [
  [{ jwt: tokens.access_token, user: 'Ada' }, { n: 1 }],
  [`JWT ${tokens.access_token}`],
]
const percentEncoded = (text: string) => [...text].map((each) => `%${each.charCodeAt(0).toString(16)}`).join('')

/** The page gets no body then: a text that contains a token cannot be given in part. */
const IN_A_HEADER = 'a header, and a body that is no JSON'
const IN_XML = 'a header, and a body of XML'
const IN_PARTS = 'a header, and a body in parts'
const NO_CONTENT = 'a header, and no body'
/** A body of these is as the server sends it. */
const EVENTS = 'a header, and events'
const IN_LATIN1 = 'in Latin-1'
const IN_UTF16 = 'in UTF-16'

/** Each sends the same token response. */
export const SHAPES: Readonly<Record<string, Answer>> = {
  plain: (response, tokens) => response.writeHead(200, JSON_HEADERS).end(textOf(tokens)),
  'a 201': (response, tokens) => response.writeHead(201, JSON_HEADERS).end(textOf(tokens)),
  'of another type': (response, tokens) => response.writeHead(200, { 'content-type': 'text/html' }).end(textOf(tokens)),
  'without a type': (response, tokens) => response.writeHead(200).end(textOf(tokens)),
  'with a byte order mark': (response, tokens) => response.writeHead(200, JSON_HEADERS).end(`\uFEFF${textOf(tokens)}`),
  compressed: (response, tokens) =>
    response.writeHead(200, { ...JSON_HEADERS, 'content-encoding': 'gzip' }).end(gzipSync(textOf(tokens))),
  'over 1 MiB': (response, tokens) =>
    response.writeHead(200, JSON_HEADERS).end(`${textOf(tokens).slice(0, -1)},"menu":"${'x'.repeat(2_000_000)}"}`),
  [IN_A_HEADER]: (response, tokens) =>
    response
      .writeHead(200, { 'content-type': 'text/plain', 'x-auth-token': `Bearer ${tokens.access_token}` })
      .end(`Your token: ${tokens.access_token}`),
  [IN_XML]: (response, tokens) =>
    response
      .writeHead(200, { 'content-type': 'application/xml', 'x-auth-token': `Bearer ${tokens.access_token}` })
      .end(`<token>${tokens.access_token}</token>`),
  [IN_LATIN1]: (response, tokens) =>
    response
      .writeHead(200, { 'content-type': 'application/json; charset=ISO-8859-1' })
      .end(Buffer.from(JSON.stringify({ ...tokens, user: 'Ada é' }), 'latin1')),
  [IN_UTF16]: (response, tokens) =>
    response
      .writeHead(200, { 'content-type': 'application/json; charset="utf-16le"' })
      .end(Buffer.from(`\uFEFF${textOf(tokens)}`, 'utf16le')),
  'in pieces': async (response, tokens) => {
    response.writeHead(200, JSON_HEADERS)
    for (const piece of textOf(tokens).match(/.{1,7}/gu) ?? []) {
      response.write(piece)
      await new Promise((resolve) => setImmediate(resolve))
    }
    response.end()
  },
}

/** Of these only the answer decides: they are tried in few ways. */
export const SHAPES_OF_ANSWERS: Readonly<Record<string, Answer>> = {
  [IN_PARTS]: (response, tokens) =>
    response
      .writeHead(200, { 'content-type': 'multipart/form-data; boundary=x', 'x-auth-token': tokens.access_token })
      .end(`--x\r\ncontent-disposition: form-data; name="t"\r\n\r\n${tokens.access_token}\r\n--x--\r\n`),
  [NO_CONTENT]: (response, tokens) => response.writeHead(204, { 'x-auth-token': `Token ${tokens.access_token}` }).end(),
  [EVENTS]: (response, tokens) =>
    response
      .writeHead(200, { 'content-type': 'text/event-stream', 'x-auth-token': tokens.access_token })
      .end('data: Ada\n\n'),
  'in a list of lists, in JSON that says it is a text': (response, tokens) =>
    response.writeHead(200, { 'content-type': 'text/plain' }).end(JSON.stringify({ data: inAList(tokens) })),
  'in the URLs of a Location and a Link, too': (response, { access_token, ...tokens }) =>
    response
      .writeHead(201, {
        ...JSON_HEADERS,
        location: `/users/1?token=${percentEncoded(access_token)}`,
        link: `</users/1?token=${access_token}>; rel="self"`,
      })
      .end(JSON.stringify({ access_token, ...tokens, user: 'Ada' })),
  'after a redirect to a URL with the token': (response, tokens) =>
    response.writeHead(303, { location: `/r/open/signed-in?token=${tokens.access_token}` }).end(),
}

/** What has to be left of the body in what the page sees; undefined where it sees none, or cannot look into it. */
export function leftOf(shape: string, way: string, hasWorker: boolean): string | undefined {
  if (/sendBeacon|no-cors|document|HEAD/.test(way)) return undefined
  if ([IN_A_HEADER, IN_XML, IN_PARTS, NO_CONTENT].includes(shape)) return undefined
  // Of a text the browser says no more than that it is one; bytes that are no UTF-8 it does not read as JSON.
  if (shape === EVENTS && way.includes('"json"')) return undefined
  return shape === IN_LATIN1 && (hasWorker || way.startsWith('fetch')) ? 'Ada é' : 'Ada'
}

/** A browser reads JSON as UTF-8 whatever its type says, and gives null for this. */
export const isUnreadable = (shape: string, way: string, hasWorker: boolean) =>
  !hasWorker && shape === IN_UTF16 && way.includes('"json"')
