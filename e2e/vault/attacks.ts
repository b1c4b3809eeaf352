/** What a hostile script does in a page. Each function runs there, and says what it got. */
import type { Tab } from '../engines/engine.ts'

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

/** An authorization request with a verifier of the attacker's own, in a frame; says where the page could see it end. */
export function signInByItself(
  tab: Tab,
  {
    issuer,
    clientId,
    redirectUri,
    resource,
  }: Readonly<Record<'issuer' | 'clientId' | 'redirectUri' | 'resource', string>>,
  where: 'frame' | 'popup',
): Promise<string> {
  return tab.evaluate(
    async ({ issuer, clientId, redirectUri, resource, where }) => {
      const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode('v'.repeat(43))))
      const challenge = btoa(String.fromCharCode(...bytes))
        .replaceAll('+', '-')
        .replaceAll('/', '_')
        .replace('=', '')
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: 'openid rows',
        resource,
        state: 'attacker',
        nonce: 'n',
        prompt: 'none',
        code_challenge: challenge,
        code_challenge_method: 'S256',
      })
      const url = `${issuer}/auth?${query}`
      const frame = document.createElement('iframe')
      let seen: Window | null
      if (where === 'frame') {
        document.documentElement.append(frame)
        frame.src = url
        await new Promise((resolve) => (frame.onload = resolve))
        seen = frame.contentWindow
      } else {
        seen = window.open(url)
        await new Promise((resolve) => setTimeout(resolve, 1_500))
      }
      try {
        return seen ? seen.location.href : 'no window'
      } catch (error) {
        return (error as Error).name
      } finally {
        frame.remove()
        if (where === 'popup') seen?.close()
      }
    },
    { issuer, clientId, redirectUri, resource, where },
  )
}
