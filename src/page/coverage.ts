import type { Hello } from '../protocol.ts'
import type { Ask } from './ask.ts'
import { type Connection, connect } from './connection.ts'
import { CoveredRequests } from './covered-requests.ts'
import type { Places } from './registration.ts'
import { Renewal } from './renewal.ts'
import type { SessionViews } from './session-views.ts'

/** A page whose requests are covered. */
export interface Coverage {
  readonly by: 'worker' | 'page'
  readonly ask: Ask
  readonly hello: Hello
  /** A newer configuration is in force. */
  readonly renew: () => void
}

/** Covers this page: requests to protected resources wait until the worker, or the engine in this page, authorizes them. */
export async function cover(
  places: Places,
  views: SessionViews,
  onConnected: (connection: Connection) => void,
): Promise<Coverage> {
  const requests = new CoveredRequests(places, views)
  const renewal = new Renewal(places, requests)
  try {
    const connection = await connect(places)
    requests.connect(connection)
    await renewal.begin(connection)
    requests.onConnected = onConnected
    return { ...connection, ask: requests.ask, renew: () => renewal.renew() }
  } catch (error) {
    requests.release()
    throw error
  }
}
