/** A sign-in that a hostile script of an app begins by itself. */
import type { Tab } from '../engines/engine.ts'
import { expect, test, type Vaulted } from './vault.ts'

/** The redirect URI is on no origin of an app: a code never comes to a document that the script can read. */
export async function ownSignInHolds(tab: Tab, { id, app, page }: Vaulted): Promise<void> {
  await test.step('begins a sign-in of its own, in a frame and a popup, after unregistering the worker: holds', async () => {
    await tab.evaluate(async () => {
      await (await navigator.serviceWorker.getRegistration())?.unregister()
    })
    const { codes } = id.counts
    const back = id.waysBack.length
    for (const where of ['frame', 'popup'] as const) {
      const asked = { issuer: id.issuer, clientId: id.clientId, resource: `${id.url}/rows` }
      // The vault's page gets the code, and cannot use it: it has begun no such sign-in.
      expect(await signInByItself(tab, { ...asked, redirectUri: page }, where)).toMatch(/SecurityError|no window/)
      // The server knows no redirect URI of the app.
      expect(await signInByItself(tab, { ...asked, redirectUri: `${app}/signed-in` }, where)).toMatch(
        /SecurityError|no window/,
      )
    }
    // The frame is of the server's site and has its cookies: the server has sent a code, which came to the vault.
    expect(id.waysBack.slice(back)).toContainEqual(expect.stringContaining(`${page}?code=`))
    expect(id.counts.codes).toBe(codes)
  })
}

/** An authorization request with a verifier of the attacker's own, in a frame; says where the page could see it end. */
function signInByItself(
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
      // Whoever the code comes to might tell.
      let told: string | undefined
      window.addEventListener('message', ({ data }) => {
        const text = typeof data === 'string' ? data : JSON.stringify(data)
        if (text.includes('code=')) told = text
      })
      const frame = document.createElement('iframe')
      let seen: Window | null
      if (where === 'frame') {
        document.documentElement.append(frame)
        frame.src = url
        await new Promise((resolve) => (frame.onload = resolve))
        await new Promise((resolve) => setTimeout(resolve, 500))
        seen = frame.contentWindow
      } else {
        seen = window.open(url)
        await new Promise((resolve) => setTimeout(resolve, 1_500))
      }
      try {
        if (told !== undefined) return told
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
