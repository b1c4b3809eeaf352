import type { Mistake } from './contradictions.ts'
import { SOCKET_PLACEHOLDER } from './sockets.ts'
import { readPath } from './paths.ts'

/** How the token gets to a server: a socket has one of them. */
const WAYS = ['ticket', 'protocol', 'parameter', 'firstMessage']

/** Mistakes of the sockets of a session that no schema can say. */
export function socketMistakes(session: unknown): Mistake[] {
  const sockets = readPath(session, 'sockets')
  if (!Array.isArray(sockets)) return []
  const isExposed = readPath(session, 'exposeAccessToken') === true
  const isBound = readPath(session, 'authorizationServer.dpop') === true
  return sockets.flatMap((socket, index) => {
    if (typeof socket !== 'object' || !socket) return []
    const at = (...keys: string[]) => ['sockets', `${index}`, ...keys]
    const [way, ...others] = WAYS.filter((key) => Object.hasOwn(socket, key))
    if (way === undefined)
      return [
        [
          at(),
          'Say how the server gets the token: "ticket", "protocol", "parameter" or "firstMessage", such as "parameter": "access_token".',
        ],
      ]
    const found = others.map((key): Mistake => [at(key), `Keep either "${way}" or "${key}": they exclude each other.`])
    if (way === 'ticket') return found
    if (isBound)
      found.push([
        at(way),
        'Use "ticket": with "dpop" a token is worth nothing without a proof, and a socket can bring none.',
      ])
    else if (!isExposed)
      found.push([
        at(way),
        `Write "exposeAccessToken": true in the session, since the page can see what it sends; or use "ticket" in place of "${way}", which keeps the token out of the page.`,
      ])
    if (way === 'firstMessage' && !hasPlaceholder(readPath(socket, way)))
      found.push([
        at(way),
        'Put {accessToken} where the token belongs, as in { "type": "auth", "token": "{accessToken}" }.',
      ])
    return found
  })
}

const hasPlaceholder = (value: unknown): boolean => JSON.stringify(value).search(SOCKET_PLACEHOLDER) >= 0
