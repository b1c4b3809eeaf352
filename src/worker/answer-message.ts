import { isAccount } from '../policy/account.ts'
import type { Engine } from '../engine/engine.ts'
import { answerCall, isEngineCall, replyWith } from '../engine/start.ts'
import type { Calls, Reply } from '../protocol.ts'
import { willResume } from './event-streams.ts'
import { abort } from './given-up.ts'
import { greet, type Greeting } from './greeting.ts'
import { invalidCall } from './invalid-call.ts'
import { tellAccount } from './whose-account.ts'

declare const self: ServiceWorkerGlobalScope

/** A message, unchecked. */
interface Received {
  readonly name: unknown
  readonly call: object
  /** Id of the page that sent it. */
  readonly client: string
  /** The account that it has chosen. */
  readonly account: unknown
}

/** Answers a call of the page script; returns whether the message was one. */
export function answerMessage(event: ExtendableMessageEvent, engine: Engine, greeting: Greeting): boolean {
  const data = Object(event.data) as Partial<Record<'bearerWorker' | 'name' | 'with' | 'account', unknown>>
  if (data.bearerWorker !== 1) return false
  const client = (event.source as Client | null)?.id ?? ''
  const { name, account } = data
  const answered = replyWith(answer(engine, { name, call: data.with as object, client, account }, greeting))
  event.waitUntil(answered.then((reply) => post(event, reply)).then(() => engine.refreshing()))
  return true
}

export function post(event: ExtendableMessageEvent, reply: Reply): void {
  event.ports[0]?.postMessage(reply)
}

async function answer(engine: Engine, { name, call, client, account }: Received, greeting: Greeting): Promise<unknown> {
  if (typeof call !== 'object' || call === null) throw invalidCall()
  if (account !== undefined && !isAccount(account)) throw invalidCall()
  const told = tellAccount(engine, client, account)
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
      await told
      return greet(engine, greeting, account)
  }
  if (!isEngineCall(name) || !hasSoundRequest(call)) throw invalidCall()
  await told
  return answerCall(engine, name, { call, account })
}

/** Whether the request in a call, if there is one, has what the matcher looks at. */
function hasSoundRequest(call: object): boolean {
  if (!('request' in call)) return true
  const { url, headers } = Object(call.request) as { readonly url?: unknown; readonly headers?: unknown }
  return typeof url === 'string' && typeof headers === 'object' && headers !== null
}
