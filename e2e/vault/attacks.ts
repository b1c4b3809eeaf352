/** What a hostile script does in a page of an app: it talks to the vault's frame, and uses what it got elsewhere. */
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { ask } from '../app.ts'
import type { Browsing, Tab } from '../engines/engine.ts'
import { expect, openAt, readStore, signInByVault, type Vaulted } from './vault.ts'

/** The record of the session in the store of an app. */
export const RECORD = '/bearer-worker.json main'
export const token: Question = { name: 'token', with: { session: 'main', reason: 'expired' } }

/** What the vault's frame said to a page that speaks its protocol without the page script. */
export interface Conversation {
  /** What came first; undefined when nothing came. */
  readonly first: { readonly kind: string; readonly message?: string } | undefined
  /** The replies, in the order of the questions. */
  readonly replies: readonly { readonly ok: boolean; readonly value?: unknown }[]
}

export interface Question {
  readonly name: string
  readonly with: object
}

/** Opens a frame of the vault, hands it a port, and asks. */
export function converse(tab: Tab, page: string, questions: readonly Question[]): Promise<Conversation> {
  return tab.evaluate(
    async ({ page, questions }) => {
      const frame = document.createElement('iframe')
      frame.src = page
      document.documentElement.append(frame)
      await new Promise((resolve) => (frame.onload = resolve))
      const { port1, port2 } = new MessageChannel()
      const nothing = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 1_500))
      const heard = <T>(isWanted: (data: { kind: string; id?: number }) => boolean) =>
        new Promise<T>((resolve) =>
          port1.addEventListener('message', ({ data }) => isWanted(data) && resolve(data as T)),
        )
      const opened = heard<{ kind: string; message?: string }>(({ kind }) => kind === 'ready' || kind === 'refused')
      port1.start()
      frame.contentWindow!.postMessage({ bearerWorkerVault: 1 }, '*', [port2])
      const first = await Promise.race([opened, nothing])
      const replies = []
      for (const [id, question] of questions.entries()) {
        const reply = heard<{ reply: { ok: boolean } }>((data) => data.kind === 'reply' && data.id === id)
        port1.postMessage({ id, ...question })
        replies.push((await Promise.race([reply, nothing]))?.reply ?? { ok: false })
      }
      frame.remove()
      return { first, replies }
    },
    { page, questions },
  )
}

/** A page that says which frames it has as soon as the page script has run. */
export const EARLY = `<!doctype html><title>Early</title><script src="/bearer-worker.js"></script><script>
  var early = Array.from(document.querySelectorAll('iframe'), function (frame) { return frame.src })
</script>`

/** Frames of a page that has just been opened: at once, and those that are left in the end, with what they may do. */
export async function framesOf(browsing: Browsing, url: string, wanted: number) {
  const tab = await openAt(browsing, url)
  const now = () =>
    tab.evaluate(() => [...document.querySelectorAll('iframe')].map(({ src, sandbox }) => [src, sandbox.value]))
  await expect.poll(async () => (await now()).length).toBe(wanted)
  const frames = {
    early: await tab.evaluate(() => (window as unknown as { early: string[] }).early),
    left: await now(),
  }
  await tab.close()
  return frames
}

export async function signedIn(browsing: Browsing, vaulted: Vaulted): Promise<Tab> {
  const tab = await openAt(browsing, `${vaulted.app}/`)
  await signInByVault(tab, vaulted)
  expect((await ask(tab, `${vaulted.id.url}/rows`)).status).toBe(200)
  return tab
}

/** As nobody but the vault's own origin can read it. */
export async function refreshTokenOf(browsing: Browsing, { vault }: Vaulted): Promise<string> {
  const tab = await browsing.newTab(`${vault}/plain.html`)
  const { refreshToken } = (await readStore(tab))['/bearer-worker.vault.json main'] as { refreshToken: string }
  await tab.close()
  expect(refreshToken.length).toBeGreaterThan(20)
  return refreshToken
}

export async function rowsElsewhere(
  { id }: Vaulted,
  headers: Readonly<Record<string, string>>,
  path = '',
): Promise<number> {
  const { port, host, pathname } = new URL(`${id.url}/rows`)
  // Node does not find names below localhost, as browsers do.
  const request = get({ host: '127.0.0.1', port, path: pathname + path, headers: { ...headers, host } })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.resume()
  return response.statusCode!
}
