import { checkPattern, checkUrl } from './patterns.ts'
import { TOKEN } from './tokens.ts'
import type { Formats } from './check-schema.ts'

/** What a page may not set. @see https://fetch.spec.whatwg.org/#forbidden-request-header */
const FORBIDDEN_HEADER =
  /^(accept-(charset|encoding)|access-control-.*|connection|content-length|cookie2?|date|dnt|expect|host|keep-alive|origin|referer|set-cookie|te|trailer|transfer-encoding|upgrade|via|(proxy|sec)-.*)$/i

const checkHeaderName = (name: string): string | undefined =>
  TOKEN.test(name) && !FORBIDDEN_HEADER.test(name)
    ? undefined
    : 'Name another header: the browser lets no script set this one, or it is none.'

/** The formats of the configuration that no `pattern` can say. */
export const formats: Formats = {
  'resource-pattern': checkPattern,
  'endpoint-url': checkUrl,
  issuer: (text) => (text[0] === '/' ? 'Write the whole URL, as the metadata has it.' : checkUrl(text)),
  'header-name': checkHeaderName,
  'refresh-header-name': (name) =>
    /^authorization$/i.test(name) ? 'Take this header out: the worker sets it.' : checkHeaderName(name),
}
