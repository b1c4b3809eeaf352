import { parseChallenges } from '../../policy/challenge.ts'
import { isReplaced, isTokenRefused } from '../../policy/refusal.ts'
import type { PageStep, ReceivedAnswer, Ticket } from '../../protocol.ts'
import { keepHeaders } from '../message-worker.ts'
import type { DirectLane, Permit } from './lane.ts'

type Answered = Exclude<PageStep, { kind: 'elsewhere' }>

/** A request with the token of this page whose answer may be a refusal of it. */
export interface AnsweredRequest {
  readonly ticket: Ticket
  readonly answer: ReceivedAnswer
  /** Bytes of its body, Infinity for one that cannot be sent again. */
  readonly bytes: number
}

/**
 * The rest of the exchange of a refused request. The engine says what to do with each answer, and with which header; what this
 * page can see for itself needs no message to it: the token has been replaced since, for another request that was refused too.
 */
export class RefusedRequest {
  readonly #lane: DirectLane
  readonly #permit: Permit
  /** Whether the engine knows of it, and adds its entry. */
  #isTold = false

  constructor(lane: DirectLane, permit: Permit) {
    this.#lane = lane
    this.#permit = permit
  }

  /** What to do next. `give` where nobody can say. */
  async next(request: AnsweredRequest): Promise<Answered> {
    let answered!: () => void
    const first = this.#lane.refused(this.#permit, new Promise((resolve) => (answered = resolve)))
    try {
      const from = Date.now()
      await first
      const { ticket } = request
      const waited = { ...request, ticket: { ...ticket, waitedMs: ticket.waitedMs + Date.now() - from } }
      return (!this.#isTold && (await this.#replay(waited))) || (await this.#ask(waited))
    } finally {
      answered()
    }
  }

  /** The page has its answer; without one, a network error. */
  end(ticket: Ticket, answer: ReceivedAnswer | undefined): void {
    // A refusal of the token that replaced the first one counts.
    const isRefused = answer !== undefined && this.#permit.rules.statuses.includes(answer.status)
    if (this.#isTold || isRefused) void this.#lane.ask('endExchange', { ticket, answer }).catch(() => {})
    else this.#lane.end(ticket, answer?.status)
  }

  async #replay({ ticket, answer, bytes }: AnsweredRequest): Promise<Answered | undefined> {
    const { rules, sent } = this.#permit
    const { statuses, errorCodes, maxReplayBytes } = rules
    if (errorCodes.length > 0 || ticket.replayed) return undefined
    const { status, headers } = answer
    if (bytes > maxReplayBytes) return undefined
    const challenges = parseChallenges(headers['www-authenticate'])
    if (!isTokenRefused({ status, challenges }, { invalidToken: { statuses, errorCodes } })) return undefined
    const successor = await this.#lane.successorOf(this.#permit, ticket.url)
    const facts = { sentEpoch: sent.epoch, sentGeneration: sent.generation, now: Date.now() }
    if (!successor || !isReplaced({ record: successor.record, ...facts })) return undefined
    const { permit } = successor
    // Whatever the next answer is, the page gets it.
    const step = { kind: 'send', statuses: [], reads: 'nothing' } as const
    const replayed = { replayed: true, outcome: 'replayed', refusedStatus: status, sent: permit.sent } as const
    // A script that has replaced `then` of promises sees what a promise brings.
    return keepHeaders(
      { ...step, headers: {}, ticket: { ...ticket, ...replayed } },
      { Authorization: permit.credentials },
    )
  }

  async #ask(call: AnsweredRequest): Promise<Answered> {
    this.#isTold = true
    const step = await this.#lane.ask('continueExchange', call).catch(() => undefined)
    this.#lane.invalidate()
    return step && step.kind !== 'elsewhere'
      ? step
      : { kind: 'give', ticket: call.ticket, statuses: [], reads: 'nothing' }
  }
}
