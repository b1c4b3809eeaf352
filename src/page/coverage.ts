import { type Connection, connect } from './connection.ts'
import { CoveredRequests, type PageState } from './covered-requests.ts'
import type { Places } from './registration.ts'
import { Renewal } from './renewal.ts'

/** A page whose requests are covered. */
export interface Coverage extends Pick<Connection, 'by' | 'ask' | 'hello' | 'problem'> {
  /** A newer configuration is in force, perhaps with other static routes. */
  readonly renew: (hasOtherRoutes: boolean) => void
}

/** Called with each connection after the first. */
interface Connecting {
  readonly onConnected: (connection: Connection) => void
}

/** Covers this page: requests to protected resources wait until the worker, or the engine in this page, authorizes them. */
export async function cover(places: Places, { onConnected, ...state }: PageState & Connecting): Promise<Coverage> {
  const requests = new CoveredRequests(places, state)
  const renewal = new Renewal(places, requests, state.answers)
  try {
    await state.direct.opened()
    const connection = await connect(places, state.answers)
    requests.connect(connection)
    await renewal.begin(connection)
    requests.onConnected = onConnected
    return { ...connection, ask: requests.ask, renew: (hasOtherRoutes) => renewal.renew(hasOtherRoutes) }
  } catch (error) {
    requests.release()
    throw error
  }
}
