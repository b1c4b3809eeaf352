import { decide } from '../policy/decide.ts'
import type { Explanation, RequestFacts } from '../protocol.ts'
import type { Engine } from './engine.ts'
import { isCarrier, some } from './match.ts'
import { withoutQuery } from './pattern.ts'
import { redactUrl } from '../policy/redact-url.ts'

/** What would be done with a request, and why, with both sides of what was compared. */
export async function explain(engine: Engine, request: RequestFacts): Promise<Explanation> {
  const { matcher } = engine.inForce!
  const url = new URL(request.url, engine.platform.base)
  const facts = { ...request, url: url.href }
  const shown = redactUrl(url.href)
  const match = matcher.match(facts)
  if (!match) return { touched: false, ...whyNot(engine, facts, url, shown) }

  const { session } = match
  if (match.as === 'capture')
    return {
      touched: true,
      session,
      code: 'capture',
      message: `${shown} is a sign-in of session "${session}": the tokens in its answer are kept, and the page gets the answer without them.`,
    }
  const held = await engine.session(session)
  const { authorizationServer, config, cookieRefresh, tokenSource } = held
  if (authorizationServer?.owns(url.href)) return { touched: false, ...ownEndpoint(shown, session) }
  const decision = decide({
    record: await held.read(),
    now: engine.platform.now(),
    hasAuthorization: request.headers.includes(config.header.toLowerCase()),
    cookieRefresh,
    canRefresh: tokenSource !== undefined,
  })
  switch (decision.kind) {
    case 'send':
      return {
        touched: true,
        session,
        code: 'authorize',
        message: `${shown} goes out with the access token of session "${session}".`,
      }
    case 'send-and-refresh':
      return {
        touched: true,
        session,
        code: 'authorize',
        message: `${shown} goes out with the access token of session "${session}", which is refreshed meanwhile since it expires soon.`,
      }
    case 'hold':
      return {
        touched: true,
        session,
        code: 'refresh-first',
        message: `${shown} waits until the access token of session "${session}" is refreshed, since it has expired.`,
      }
    case 'untouched':
      return {
        touched: false,
        session,
        code: decision.why,
        message: `Not touched: ${WHY[decision.why](config.header, session)}`,
      }
  }
}

const WHY = {
  'has-authorization': (header: string) => `the request already has the header ${header}.`,
  'signed-out': (_: string, session: string) => `nobody is signed in to session "${session}".`,
  'session-ended': (_: string, session: string) =>
    `the server ended session "${session}", and nobody has signed in since.`,
}

const ownEndpoint = (shown: string, session: string) => ({
  session,
  code: 'own-endpoint',
  message: `Not touched: ${shown} is an endpoint of session "${session}" itself.`,
})

function whyNot(
  engine: Engine,
  facts: RequestFacts,
  url: URL,
  shown: string,
): { code: string; message: string; session?: string } {
  const { compiled } = engine.inForce!.matcher
  for (const { config, resources, except, own } of compiled) {
    if (!some(resources, facts.url)) continue
    const session = config.name
    if (own.has(withoutQuery(facts.url))) return ownEndpoint(shown, session)
    if (some(except, facts.url))
      return {
        session,
        code: 'excepted',
        message: `Not touched: ${shown} is in "except" of session "${session}" (${config.except.join(', ')}).`,
      }
    if (!isCarrier(facts, config)) {
      return facts.mode === 'navigate'
        ? {
            session,
            code: 'navigation',
            message: `Not touched: ${shown} is a navigation (${facts.method}), and "navigations" of session "${session}" is ${config.navigations}.`,
          }
        : {
            session,
            code: 'destination',
            message: `Not touched: ${shown} is loaded as "${facts.destination}", and "destinations" of session "${session}" lists ${config.destinations.join(', ') || 'none'}.`,
          }
    }
  }
  const patterns = compiled.flatMap(({ config }) =>
    config.resources.map((pattern) => new URL(pattern.replace('*.', ''), engine.platform.base)),
  )
  const origins = [...new Set(patterns.map(({ origin }) => origin))]
  return origins.includes(url.origin)
    ? {
        code: 'other-path',
        message: `Not touched: ${shown} matches none of ${compiled.flatMap(({ config }) => config.resources).join(', ')}.`,
      }
    : { code: 'other-origin', message: `Not touched: ${url.origin} is another origin than ${origins.join(', ')}.` }
}
