/** What the engine answers in a dedicated or shared worker that has loaded the page script, where that differs from a page. */
import type { Engine } from '../engine/engine.ts'
import { answerCall, type FromPage } from '../engine/start.ts'
import type { SessionConfiguration } from '../policy/configuration.ts'
import { namedBy } from '../policy/placeholders.ts'
import type { CallName, Calls, Explanation, Hello, PageStep, SocketStep } from '../protocol.ts'

/** Why a worker leaves a session to the service worker that its requests pass; undefined for one that it serves itself. */
export function whyLeft({ storage, vault, refresh }: SessionConfiguration): string | undefined {
  if (storage === 'memory') return 'its tokens are in the memory of the service worker'
  if (vault !== undefined) return 'only a page can ask its vault'
  if (refresh?.by) return 'only a page can bring its tokens'
  if (refresh && namedBy(refresh).cookies.length > 0) return 'only a page can read the cookie that its refresh needs'
  return undefined
}

interface Options {
  readonly whyLeft: (session: string | undefined) => string | undefined
  readonly isAccountUnknown: () => boolean
}

/** Answers a call of the page script in a worker. Rejects with the error of the call. */
export async function answerInWorker(
  engine: Engine,
  { whyLeft, isAccountUnknown }: Options,
  name: CallName,
  from: FromPage,
): Promise<unknown> {
  await engine.boot()
  const { call } = from
  switch (name) {
    case 'beginExchange': {
      const { url } = (call as Calls['beginExchange']['call']).request
      if (!whyLeft(engine.inForce?.matcher.sessionOf(new URL(url, engine.platform.base).href))) break
      return { kind: 'elsewhere' } satisfies PageStep
    }
    case 'beginSocket':
      // No service worker sees a socket: it must not go as somebody else.
      if (isAccountUnknown()) return { kind: 'as-is' } satisfies SocketStep
      break
    case 'hello':
      return greeting((await answerCall(engine, name, from)) as Hello, whyLeft)
    case 'explain':
      return explained((await answerCall(engine, name, from)) as Explanation, whyLeft)
  }
  return answerCall(engine, name, from)
}

/** The page's own lane takes no session that is left. */
function greeting(hello: Hello, whyLeft: Options['whyLeft']): Hello {
  const rules = hello.rules.map(({ direct, ...rule }) =>
    direct && !whyLeft(rule.session) ? { ...rule, direct } : rule,
  )
  return { ...hello, rules }
}

function explained(explanation: Explanation, whyLeft: Options['whyLeft']): Explanation {
  const { session, message } = explanation
  if (session === undefined) return explanation
  const why = whyLeft(session)
  const who =
    why === undefined ? 'It is sent by this worker itself.' : `This worker leaves it to the service worker: ${why}.`
  return { ...explanation, message: `${message} ${who}` }
}
