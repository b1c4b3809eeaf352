import { checkPattern, checkSocketPattern, checkUrl } from './patterns.ts'
import { isReserved } from './reserved-parameters.ts'
import { SOCKET_PLACEHOLDER } from './sockets.ts'
import { TOKEN } from './tokens.ts'
import type { Formats } from './check-schema.ts'

/** What a page may not set. @see https://fetch.spec.whatwg.org/#forbidden-request-header */
const FORBIDDEN_HEADER =
  /^(accept-(charset|encoding)|access-control-.*|connection|content-length|cookie2?|date|dnt|expect|host|keep-alive|origin|referer|set-cookie|te|trailer|transfer-encoding|upgrade|via|(proxy|sec)-.*)$/i

const HEADER = /^header:/

const checkPath = (path: string): string | undefined =>
  path.split('.').includes('') ? 'Write names joined by dots, as in "data.access_token".' : undefined

/** A subprotocol is a token of HTTP. @see https://www.rfc-editor.org/rfc/rfc6455#section-4.1 */
function checkProtocol(text: string): string | undefined {
  const rest = text.replace(SOCKET_PLACEHOLDER, '')
  if (rest === text)
    return 'Put {accessToken} or {accessToken:base64url} where the token belongs, as in "bearer.{accessToken}".'
  return rest === '' || TOKEN.test(rest)
    ? undefined
    : 'Take out spaces, commas, slashes and brackets: a subprotocol has none.'
}

/** The formats of the configuration that no `pattern` can say. */
export const formats: Formats = {
  'resource-pattern': checkPattern,
  'socket-pattern': checkSocketPattern,
  'socket-protocol': checkProtocol,
  'endpoint-url': checkUrl,
  'absolute-url': (text) =>
    text[0] === '/' ? 'Write the whole URL, as the metadata have it: "https://id.example.com/…".' : checkUrl(text),
  'vault-url': (text) =>
    text[0] === '/'
      ? 'Write the whole URL, of another origin of the same site: "https://auth.example.com/bearer-worker.vault.html".'
      : checkUrl(text),
  'redirect-uri': (text) =>
    text.includes('#')
      ? 'Take the fragment out, as in "/signed-in": a redirect URI has none (RFC 6749, section 3.1.2), and an app with a hash router goes on to any page by "returnTo".'
      : checkUrl(text),
  'header-name': (name) => {
    if (TOKEN.test(name) && !FORBIDDEN_HEADER.test(name)) return undefined
    return name.includes(':')
      ? 'Write the name alone, as in "Authorization": what stands before the token is "scheme".'
      : 'Name another header, such as "X-CSRF-TOKEN": no script may set this one, or it is no header name. Cookies go with "credentials": "include".'
  },
  scheme: (text) =>
    text === '' || TOKEN.test(text)
      ? undefined
      : 'Use letters, digits and "-", as in "Bearer", without a space; or "" for the bare token.',
  path: (path) =>
    HEADER.test(path)
      ? 'Write a path into the JSON body, such as "errors.*.code": "header:" stands in tokenFields only.'
      : checkPath(path),
  'token-path': (path) => {
    if (!HEADER.test(path)) return checkPath(path)
    const name = path.slice(7)
    return TOKEN.test(name) && !/^set-cookie2?$/i.test(name)
      ? undefined
      : 'Name a header that scripts can read, as in "header:authorization".'
  },
  'authorization-parameter': (name) =>
    isReserved(name)
      ? 'Take this parameter out: the worker sets it. Others are free, such as "audience" or "prompt".'
      : undefined,
}
