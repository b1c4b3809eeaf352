import { byFetch, controlled, serve, tell } from './tab.ts'

const CONFIGURATION = 'bench'
/** As its page client names the configuration to the worker where tabs share one session. */
const SECURED = `${CONFIGURATION}#tabId=default`
const form = (fields: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(fields) })

/** AXA's worker, driven by its message protocol as its page client drives it. */
serve({
  async ready() {
    const { serviceWorker } = navigator
    await serviceWorker.register('/OidcServiceWorker.js')
    const { active } = await serviceWorker.ready
    if (!serviceWorker.controller) {
      const control = new Promise((resolve) =>
        serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
      )
      await tell(active!, { type: 'claim' })
      await control
    }
  },
  async signIn(lifetimeSeconds) {
    const worker = await controlled('/OidcServiceWorker.js')
    const { origin } = location
    const send = (type: string, data: unknown) =>
      tell(worker, { type, configurationName: CONFIGURATION, tabId: 'default', data })
    await send('clear', { status: null })
    await send('init', {
      oidcServerConfiguration: {
        issuer: `${origin}/oidc`,
        tokenEndpoint: `${origin}/token`,
        authorizationEndpoint: `${origin}/oidc/authorize`,
        userInfoEndpoint: `${origin}/oidc/userinfo`,
        revocationEndpoint: `${origin}/oidc/revoke`,
      },
      oidcConfiguration: { token_renew_mode: 'access_token_invalid', demonstrating_proof_of_possession: false },
      where: 'bench',
    })
    await send('setCodeVerifier', { codeVerifier: 'verifier' })
    const answer = await fetch(
      '/token',
      form({
        grant_type: 'authorization_code',
        code: String(lifetimeSeconds),
        code_verifier: `CODE_VERIFIER_SECURED_BY_OIDC_SERVICE_WORKER_${SECURED}`,
      }),
    )
    if (!answer.ok) throw new Error(`AXA's sign-in was answered with ${answer.status}`)
  },
  renew: () =>
    fetch(
      '/token',
      form({ grant_type: 'refresh_token', refresh_token: `REFRESH_TOKEN_SECURED_BY_OIDC_SERVICE_WORKER_${SECURED}` }),
    ),
  ...byFetch(),
})
