import { messageText, withToken } from '../policy/first-message.ts'
import { type AskedSocket, type FirstMessage, isRefusal } from '../policy/sockets.ts'
import type { Calls, Ticket } from '../protocol.ts'

/** What a socket connects with, and what is to be done while it is open. */
export interface SocketPlan extends AskedSocket {
  /** The subprotocol that the page has not asked for. */
  readonly added?: string
  /** The socket is open. Returns how the messages of the page are sent, where it is not as the browser does it. */
  readonly onOpen?: (socket: OpenSocket) => SendMessage | undefined
  readonly onClose?: (closed: { readonly code: number; readonly reason: string }, wasOpen: boolean) => void
}

/** Sends a message of the page; without one, only what has to come before it. */
export type SendMessage = (data: SocketData | undefined) => void

export type SocketData = Parameters<WebSocket['send']>[0]

export interface OpenSocket {
  readonly isOpen: () => boolean
  readonly send: (data: SocketData) => void
}

type AskAboutSocket = <Name extends 'beginSocket' | 'refuseSocket'>(
  name: Name,
  call: Calls[Name]['call'],
) => Promise<Calls[Name]['reply']>

/** ms for which the page may send the first message itself, once the socket is open. */
const OWN_MESSAGE_MS = 250

/**
 * Handshakes that failed, by session. A page cannot see why: the server may have refused the token. So the next socket of the
 * session gets a new one, once until a socket opens: a server that is down does not want a refresh for each try.
 */
const failed = new Map<string, Ticket | 'spent'>()

/** Asks what a socket connects with; undefined where it connects as the page asked. Rejects where it must not connect. */
export async function planSocket(
  { url, protocols }: AskedSocket,
  session: string,
  ask: AskAboutSocket,
): Promise<SocketPlan | undefined> {
  const doubt = failed.get(session)
  const refused = doubt === 'spent' ? undefined : doubt
  if (refused) failed.set(session, 'spent')
  const step = await ask('beginSocket', { url, protocols, refused })
  switch (step.kind) {
    case 'as-is':
      return undefined
    case 'fail':
      throw new Error(`${url.replace(/\?.*/s, '')} is not connected. ${step.message}`)
    case 'with-ticket':
      return { url: step.url, protocols }
    case 'with-token': {
      const { ticket, closeCodes, protocol, firstMessage } = step
      return {
        url: step.url ?? url,
        protocols: protocol === undefined ? protocols : [...protocols, protocol],
        ...(protocol !== undefined && { added: protocol }),
        onOpen(socket) {
          failed.delete(session)
          return firstMessage && sendFirst(firstMessage, socket)
        },
        onClose(closed, wasOpen) {
          if (!wasOpen && navigator.onLine && !failed.has(session)) failed.set(session, ticket)
          if (wasOpen && isRefusal(closed, closeCodes)) void ask('refuseSocket', { ticket }).catch(() => {})
        },
      }
    }
  }
}

/**
 * Sends the first message before any of the page, or puts the token into that of the page. A page that sends none gets ours
 * after a moment; if it sends the same message later, that is dropped, since a server closes a socket that sends it twice.
 */
function sendFirst(first: FirstMessage, { isOpen, send }: OpenSocket): SendMessage {
  let isSent = false
  let isFirst = true
  const sendOurs = (): void => {
    if (!isSent && isOpen()) send(messageText(first))
    isSent = true
  }
  setTimeout(sendOurs, OWN_MESSAGE_MS)
  return (data) => {
    const own = isFirst ? withToken(first, data) : undefined
    isFirst = false
    if (own === undefined) {
      sendOurs()
      if (data !== undefined) send(data)
    } else if (!isSent) {
      isSent = true
      send(own)
    }
  }
}
