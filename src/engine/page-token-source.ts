import type { Api } from '../policy/api-tokens.ts'
import type { PageRefresh } from '../policy/configuration.ts'
import type { RefreshOutcome } from '../policy/classify.ts'
import type { OwnReason } from '../protocol.ts'
import type { AskPages } from './platform.ts'
import type { TokenSource } from './token-source.ts'

interface Options {
  readonly session: string
  readonly account: string | undefined
  readonly config: PageRefresh
  readonly askPages: AskPages
  /** The configuration's path: what stands for the URL of a call in the history. */
  readonly url: string
}

/** The token source of a session with `"refresh": { "by": "page" }`: one page after the other is asked, until one provides. */
export function pageTokenSource({ session, account, config, askPages, url }: Options): TokenSource {
  const { timeoutSeconds } = config
  return {
    method: 'PAGE',
    url,
    timeoutSeconds,
    by: 'page',
    dpop: false,
    ready: async () => undefined,
    async call({ reason, signal, api = {} }) {
      const { resource, scope } = api as Partial<Api>
      const wanted = { ...(resource !== undefined && { resource }), ...(scope !== undefined && { scope }) }
      const question = { ask: 'provide', session, account, reason, ...wanted } as const
      const provided = await askPages(question, { limitMs: timeoutSeconds * 1000, signal })
      switch (provided?.kind) {
        case undefined:
          return forNow('no-provider')
        case 'failed':
          return forNow('provider-failed')
        case 'over':
          return { kind: 'ended', reason: 'provider-ended' }
        case 'provided':
          return { kind: 'answer', status: 200, body: { kind: 'json', value: provided.value } }
      }
    },
  }
}

const forNow = (reason: OwnReason): RefreshOutcome => ({
  kind: 'for-now',
  ambiguous: false,
  answered: true,
  reason,
  again: false,
})
