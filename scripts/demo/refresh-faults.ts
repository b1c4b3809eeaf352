/** What goes wrong at the token endpoint, when somebody asks for it with the menu of the demo. */
import { setTimeout as wait } from 'node:timers/promises'
import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Context, Next } from 'hono'

export type Fault = '503' | 'broken connection'

export class RefreshFaults {
  /** What the endpoint has answered since the last plan: a fault, or a status. */
  answers: string[] = []
  #planned: Fault[] = []
  readonly #refreshMs: number

  /** @param refreshMs how long each answer takes, in ms */
  constructor(refreshMs = 0) {
    this.#refreshMs = refreshMs
  }

  /** The next calls get these faults, one each. */
  plan(faults: readonly Fault[]): void {
    this.#planned = [...faults]
    this.answers = []
  }

  /** Stands before the endpoint. */
  readonly handle = async (context: Context, next: Next): Promise<Response | undefined> => {
    if (context.req.method !== 'POST') {
      await next()
      return undefined
    }
    if (this.#refreshMs > 0) await wait(this.#refreshMs)
    const fault = this.#planned.shift()
    if (fault === undefined) {
      await next()
      this.answers.push(String(context.res.status))
      return undefined
    }
    this.answers.push(fault)
    return fault === '503' ? context.json({ error: 'ERROR_UNAVAILABLE' }, 503) : breakOff(context)
  }
}

/** Begins a good answer and ends the connection in the middle: the server has done its work, and the browser does not know. */
function breakOff(context: Context): Response {
  const { outgoing } = context.env as HttpBindings
  outgoing.writeHead(200, {
    'Content-Type': 'application/json',
    'Content-Length': '400',
    'Access-Control-Allow-Origin': '*',
  })
  outgoing.write('{"access_', () => outgoing.destroy())
  return RESPONSE_ALREADY_SENT
}
