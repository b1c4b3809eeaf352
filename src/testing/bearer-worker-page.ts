import type { Page } from '@playwright/test'
import { stopAllWorkers } from './stop-all-workers.ts'
import type { SessionView } from '../protocol.ts'
import type { TokenServer } from './servers/token-server.ts'

declare const bearerWorker: {
  readonly ready: Promise<'worker' | 'page'>
  session(name?: string): Promise<SessionView>
  setTokens(
    tokens: unknown,
    session?: string,
    options?: { readonly account?: string | undefined },
  ): Promise<SessionView>
}

export interface SignInOptions {
  /** The name of a session of the configuration. Default: the first one. */
  readonly session?: string
  /** The account that signs in. Default: the one that the page has chosen. */
  readonly account?: string
}

/** One page of the app under test. Open it first: `await page.goto('/')`. */
export class BearerWorkerPage {
  readonly #page: Page
  readonly #tokens: TokenServer

  constructor(page: Page, tokens: TokenServer) {
    this.#page = page
    this.#tokens = tokens
  }

  /** Resolves once requests are covered, with what covers them: the worker, or the engine in the page. */
  ready(): Promise<'worker' | 'page'> {
    return this.#page.evaluate(() => bearerWorker.ready)
  }

  session(name?: string): Promise<SessionView> {
    return this.#page.evaluate((name) => bearerWorker.session(name), name)
  }

  /** Signs in without the app's sign-in page: calls `setTokens()` with tokens of the test's token server. */
  signInAs(subject: string, { session, account }: SignInOptions = {}): Promise<SessionView> {
    return this.#page.evaluate(({ tokens, session, account }) => bearerWorker.setTokens(tokens, session, { account }), {
      tokens: this.#tokens.issuer.signIn(subject),
      session,
      account,
    })
  }

  /**
   * Makes every stored access token expire: the next request waits for a refresh.
   * A token without a known lifetime cannot expire by the clock: use `tokenServer.issuer.expireAccessTokens()`, which
   * makes the API refuse it.
   */
  async expireTokens(): Promise<void> {
    await this.#page.evaluate(expireStoredTokens)
  }

  /** Stops the worker as the browser does when it idles. Chromium only. */
  async stopWorker(): Promise<void> {
    const session = await this.#page.context().newCDPSession(this.#page)
    await stopAllWorkers(session)
    await session.detach()
  }
}

/** Runs in the page. */
async function expireStoredTokens(): Promise<void> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open('bearer-worker')
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  const table = database.transaction('sessions', 'readwrite').objectStore('sessions')
  const told: { key: string; epoch: number }[] = []
  await new Promise<void>((resolve, reject) => {
    table.transaction.oncomplete = () => resolve()
    table.transaction.onabort = () => reject(table.transaction.error)
    table.openCursor().onsuccess = ({ target }) => {
      const cursor = (target as IDBRequest<IDBCursorWithValue | null>).result
      if (!cursor) return
      const record = cursor.value as {
        state?: string
        lifetime?: number
        sentAt?: number
        storedAt?: number
        epoch: number
      }
      if (record.state === 'active' && record.lifetime !== undefined) {
        const age = record.lifetime * 1000 + 60_000
        cursor.update({ ...record, sentAt: Date.now() - age, storedAt: Date.now() - age })
        told.push({ key: String(cursor.key), epoch: record.epoch })
      }
      cursor.continue()
    }
  })
  database.close()
  // A worker caches the store in memory. This notice, which contexts send each other, makes it read the store again.
  for (const { key, epoch } of told) {
    const channel = new BroadcastChannel(`bearer-worker ${key.slice(0, key.indexOf(' '))}`)
    channel.postMessage({ kind: 'changed', session: key, epoch, generation: -1 })
    channel.close()
  }
  await bearerWorker.session()
}
