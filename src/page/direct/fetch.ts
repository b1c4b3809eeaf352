import type { ReceivedAnswer, Ticket } from '../../protocol.ts'
import { addressed } from '../intercept/address.ts'
import { nativeFetch } from '../intercept/natives.ts'
import { ownClasses } from '../intercept/own-classes.ts'
import { headersOf } from '../message-worker.ts'
import { Attempts } from './attempts.ts'
import type { DirectLane, Permit } from './lane.ts'
import { RefusedRequest } from './refused-request.ts'
import { refusingBody } from './refusing-body.ts'
import { routedRequest } from './routed.ts'

type FetchArguments = Parameters<typeof globalThis.fetch>
type PassOn = (...args: FetchArguments) => Promise<Response>

/**
 * `fetch` by the page's own lane. Undefined for what does not go that way; `passOn` sends what turns out not to while it
 * waits for the store.
 */
export function fetchDirectly(lane: DirectLane, given: FetchArguments, passOn: PassOn): Promise<Response> | undefined {
  const { args, url } = addressed(given)
  const [input, init] = args
  // Before anything is decided: these may be getters of the page.
  const isNoCors = (init?.mode ?? (input as Partial<Request>).mode) === 'no-cors'
  const isStreamed = init?.body instanceof ReadableStream
  const later = (until: Promise<unknown>) => {
    // Made now: what a page passes in may change while it waits.
    const early = new ownClasses.Request(...args)
    return until.then(() => fetchDirectly(lane, [early], passOn) ?? passOn(early))
  }
  if (lane.beginning) return later(lane.beginning)
  const listed = lane.look(url)
  if (listed === 'capture') return passOn(...args).finally(() => lane.invalidate())
  if (!listed || isNoCors) return undefined
  const permit = lane.permit(listed, url)
  if (permit instanceof Promise) return later(permit)
  if (!permit) return undefined
  const request = permit.hasRoute ? routedRequest(args, url) : new ownClasses.Request(...args)
  const answer = send(lane, permit, { request, url, isStreamed })
  lane.first ??= answer.then(ignore, ignore)
  return answer
}

interface Outgoing {
  readonly request: Request
  /** As the page wrote it. */
  readonly url: string
  /** Whether its body is a stream of the page's, which cannot be sent again. */
  readonly isStreamed: boolean
}

/** Sends a request with its header. One that has a header of its own is left as it is. */
async function send(lane: DirectLane, permit: Permit, { request, url, isStreamed }: Outgoing): Promise<Response> {
  const own = request.headers.get('authorization')
  if (own !== null && !permit.replaces.includes(own)) return nativeFetch(request)
  const ticket = lane.ticketOf(permit, { method: request.method, url, startedAt: Date.now() })
  const attempts = new Attempts(request, isStreamed)
  let response: Response
  let body: string | undefined
  try {
    response = await attempts.send(permit.credentials)
    body = await refusingBody(response, permit.rules)
  } catch (error) {
    lane.end(ticket, undefined)
    throw error
  }
  if (body === undefined) {
    lane.end(ticket, response.status)
    return response
  }
  return new RefusedFetch(lane, permit, attempts).answer({ ticket, response, body })
}

interface Answered {
  readonly ticket: Ticket
  readonly response: Response
  /** What the engine judges it by; empty where its status says enough. */
  readonly body: string
}

/** The attempts of a refused `fetch` after the first one. */
class RefusedFetch {
  readonly #permit: Permit
  readonly #attempts: Attempts
  readonly #request: RefusedRequest

  constructor(lane: DirectLane, permit: Permit, attempts: Attempts) {
    this.#permit = permit
    this.#attempts = attempts
    this.#request = new RefusedRequest(lane, permit)
  }

  async answer({ ticket, response, body }: Answered): Promise<Response> {
    const { rules } = this.#permit
    try {
      for (;;) {
        const bytes = await this.#attempts.bytes(rules.maxReplayBytes)
        const answer = { ...received(response), ...(body !== '' && { body }) }
        const step = await untilAborted(this.#attempts.signal, this.#request.next({ ticket, answer, bytes }))
        ticket = step.ticket
        if (step.kind === 'give') return this.#give(ticket, response)
        response.body?.cancel().catch(() => {})
        if (step.kind === 'fail') throw new TypeError('Failed to fetch')
        response = await this.#attempts.send(step.kind === 'send' ? headersOf(step)['Authorization'] : undefined)
        const refusing = await refusingBody(response, { ...rules, statuses: step.statuses })
        if (refusing === undefined) return this.#give(ticket, response)
        body = refusing
      }
    } catch (error) {
      this.#request.end(ticket, undefined)
      throw error
    }
  }

  #give(ticket: Ticket, response: Response): Response {
    this.#request.end(ticket, received(response))
    return response
  }
}

const received = ({ status, headers }: Response): ReceivedAnswer => ({ status, headers: Object.fromEntries(headers) })

/** Rejects as soon as the page gives the request up. */
function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason as Error)
    signal.addEventListener('abort', giveUp, { once: true })
    if (signal.aborted) giveUp()
    work.then(resolve, reject)
  })
}

const ignore = (): void => {}
