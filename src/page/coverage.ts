import type { Hello } from '../protocol.ts'
import type { PageAnswers } from './answer-questions.ts'
import type { Ask } from './ask.ts'
import { connect } from './connection.ts'
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

/** What a page keeps for the connection that covers it. */
export interface PageState {
  readonly views: SessionViews
  readonly answers: PageAnswers
}

/** Covers this page: requests to protected resources wait until the worker, or the engine in this page, authorizes them. */
export async function cover(places: Places, { views, answers }: PageState): Promise<Coverage> {
  const requests = new CoveredRequests(places, views)
  const renewal = new Renewal(places, requests, answers)
  try {
    const connection = await connect(places, answers)
    requests.connect(connection)
    await renewal.begin(connection)
    return { ...connection, ask: requests.ask, renew: () => renewal.renew() }
  } catch (error) {
    requests.release()
    throw error
  }
}
