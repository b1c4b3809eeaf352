/** What a socket connects with: a WebSocket has no headers, so the token goes where `sockets` of the configuration says. */
import type { SessionConfiguration, SocketConfiguration } from './normalize.ts'

/** A socket as the page asked for it. `url` is serialized. */
export interface AskedSocket {
  readonly url: string
  readonly protocols: readonly string[]
}

/** What is connected with instead of it, or in addition to it. */
export interface SocketToken {
  /** The URL to connect to, where it is another than the page's. */
  readonly url?: string
  /** A subprotocol after those of the page. */
  readonly protocol?: string
  readonly firstMessage?: FirstMessage
}

export interface FirstMessage {
  /** Text, or JSON. */
  readonly message: unknown
  /** Names of its members that say which message it is: all at the top but objects and what contains the token. */
  readonly fixed: readonly string[]
}

/** The access token, as it is and encoded. */
export interface SocketSecrets {
  readonly accessToken: string
  readonly base64url: string
}

export const SOCKET_PLACEHOLDER = /\{accessToken(:base64url)?\}/g

/** The URL by which a socket is matched: `wss:` is to `https:` as `ws:` is to `http:`. @see https://websockets.spec.whatwg.org/#dom-websocket-websocket */
export const asHttp = (url: string): string => url.replace(/^ws(?=s?:)/i, 'http')

/** Whether the page has put a token into a socket by itself: then the socket is left alone, as a request with a header of its own is. */
export function bringsToken(
  { url, protocols }: AskedSocket,
  { protocol, ticket, parameter = ticket?.parameter }: SocketConfiguration,
  replaces: SessionConfiguration['replaces'],
): boolean {
  const isOwn = (value: string) =>
    value !== '' && !replaces.some((each) => each === value || each.endsWith(` ${value}`))
  if (parameter !== undefined) return valuesOf(url, parameter).some(isOwn)
  const [prefix = ''] = protocol?.split('{') ?? []
  return prefix !== '' && protocols.some((each) => each.startsWith(prefix) && isOwn(each.slice(prefix.length)))
}

/** What a socket connects with, by any of the keys but `ticket`. */
export function socketToken(
  { url }: AskedSocket,
  { protocol, parameter, firstMessage }: SocketConfiguration,
  secrets: SocketSecrets,
): SocketToken {
  if (parameter !== undefined) return { url: withParameter(url, parameter, secrets.accessToken) }
  if (protocol !== undefined) return { protocol: filledText(protocol, secrets) }
  return { firstMessage: { message: filled(firstMessage, secrets), fixed: fixedIn(firstMessage) } }
}

/** The URL with this parameter, in place of those of the same name. All else stays as the page wrote it. */
export function withParameter(url: string, name: string, value: string): string {
  const [address = '', query = ''] = split(url)
  const others = query.split('&').filter((each) => each !== '' && nameOf(each) !== name)
  return `${address}?${[...others, `${encodeURIComponent(name)}=${encodeURIComponent(value)}`].join('&')}`
}

/** Whether a server has closed a socket because it refused the token. */
export function isRefusal(
  { code, reason }: { readonly code: number; readonly reason: string },
  closeCodes: SocketConfiguration['closeCodes'],
): boolean {
  return closeCodes.some((each) =>
    typeof each === 'number' ? each === code : each.code === code && reason.includes(each.reason),
  )
}

function valuesOf(url: string, name: string): string[] {
  const [, query = ''] = split(url)
  return query
    .split('&')
    .filter((each) => nameOf(each) === name)
    .map((each) => decoded(each.slice(each.indexOf('=') + 1 || each.length)))
}

const split = (url: string): readonly string[] => {
  const at = url.indexOf('?')
  return at < 0 ? [url] : [url.slice(0, at), url.slice(at + 1)]
}

const nameOf = (parameter: string): string => decoded(parameter.split('=', 1)[0] ?? '')

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

const fixedIn = (template: unknown): string[] =>
  Object.entries(Object(template) as object)
    .filter(([, value]) => typeof value !== 'object' && !/\{accessToken/.test(`${value}`))
    .map(([name]) => name)

function filled(value: unknown, secrets: SocketSecrets): unknown {
  if (typeof value === 'string') return filledText(value, secrets)
  if (Array.isArray(value)) return value.map((each) => filled(each, secrets))
  if (typeof value !== 'object' || !value) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, filled(member, secrets)]))
}

const filledText = (text: string, { accessToken, base64url }: SocketSecrets): string =>
  text.replace(SOCKET_PLACEHOLDER, (_, encoding?: string) => (encoding ? base64url : accessToken))
