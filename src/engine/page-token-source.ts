import type { Api } from '../policy/api-tokens.ts'
import type { PageRefresh } from '../policy/configuration.ts'
import type { RefreshOutcome } from '../policy/classify.ts'
import type { OwnReason } from '../protocol.ts'
import type { Platform } from './platform.ts'
import type { TokenSource } from './token-source.ts'

interface Options {
  readonly session: string
  readonly account: string | undefined
  readonly config: PageRefresh
  /** Whether other pages have the same tokens: not with `"storage": "memory"`, where each page without a worker has its own. */
  readonly isShared: boolean
  readonly platform: Pick<Platform, 'askPages' | 'refreshElsewhere' | 'configuration' | 'tell'>
}

/**
 * The token source of a session with `"refresh": { "by": "page" }`: one page after the other is asked, until one provides. A
 * page without a worker can ask itself alone; others that provide refresh in its place.
 */
export function pageTokenSource({ session, account, config, isShared, platform }: Options): TokenSource {
  const { timeoutSeconds } = config
  const { askPages, refreshElsewhere, configuration, tell } = platform
  return {
    method: 'PAGE',
    // What stands for the URL of a call in the history.
    url: configuration,
    timeoutSeconds,
    by: 'page',
    dpop: false,
    ready: async () => undefined,
    async elsewhere({ api, reason, seen, signal, isTried }) {
      const { epoch, generation } = seen
      const wanted = { session, account, api: api?.key, reason, epoch, generation }
      const limits = { limitMs: timeoutSeconds * 1000, signal, isTried, tell: isShared ? tell : undefined }
      return (await refreshElsewhere?.(wanted, limits)) ?? false
    },
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
