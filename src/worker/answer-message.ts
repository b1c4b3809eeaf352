import type { Engine } from '../engine/engine.ts'
import { answerCall, isEngineCall, replyWith } from '../engine/start.ts'
import type { Calls, Reply } from '../protocol.ts'
import { willResume } from './event-streams.ts'
import { abort } from './given-up.ts'
import { greet, type Greeting } from './greeting.ts'
import { invalidCall } from './invalid-call.ts'

declare const self: ServiceWorkerGlobalScope

/** A message, unchecked. */
interface Received {
  readonly name: unknown
  readonly call: object
  /** Id of the page that sent it. */
  readonly client: string
}

/** Answers a call of the page script; returns whether the message was one. */
export function answerMessage(event: ExtendableMessageEvent, engine: Engine, greeting: Greeting): boolean {
  const data = Object(event.data) as Partial<{ bearerWorker: unknown; name: unknown; with: unknown }>
  if (data.bearerWorker !== 1) return false
  const client = (event.source as Client | null)?.id ?? ''
  const answered = replyWith(answer(engine, { name: data.name, call: data.with as object, client }, greeting))
  event.waitUntil(answered.then((reply) => post(event, reply)).then(() => engine.refreshing()))
  return true
}

export function post(event: ExtendableMessageEvent, reply: Reply): void {
  event.ports[0]?.postMessage(reply)
}

async function answer(engine: Engine, { name, call, client }: Received, greeting: Greeting): Promise<unknown> {
  if (typeof call !== 'object' || call === null) throw invalidCall()
  switch (name) {
    case 'ping':
      return undefined
    case 'claim':
      return self.clients.claim()
    case 'abort':
      return abort(client, call as Calls['abort']['call'])
    case 'lastEventId':
      return willResume(client, call as Calls['lastEventId']['call'])
    case 'hello':
      return greet(engine, greeting)
  }
  if (!isEngineCall(name) || !hasSoundRequest(call)) throw invalidCall()
  return answerCall(engine, name, call as never)
}

/** Whether the request in a call, if there is one, has what the matcher looks at. */
function hasSoundRequest(call: object): boolean {
  if (!('request' in call)) return true
  const { url, headers } = Object(call.request) as { readonly url?: unknown; readonly headers?: unknown }
  return typeof url === 'string' && typeof headers === 'object' && headers !== null
}
