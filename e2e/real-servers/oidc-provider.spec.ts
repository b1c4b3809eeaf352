/** oidc-provider in modes that authorization servers differ in: sign-in by the worker, refusal, refresh, end and sign-out. */
import { ask, failureOf, openApp } from '../app.ts'
import { expect, test } from '../fixtures.ts'
import { arrivedAt, leave } from '../oauth.ts'
import { start, versionOf } from './program.ts'

const MODES = {
  par: 'pushed authorization requests are required',
  pairwise: 'pairwise subjects, refresh tokens without rotation',
  path: 'an issuer with a path',
  eddsa: 'ID tokens signed with EdDSA',
}

for (const [mode, title] of Object.entries(MODES))
  test(`oidc-provider: ${title}`, async ({ browsing, site }, { annotations }) => {
    const annotate = (type: string, description: string) => annotations.push({ type, description })
    annotate('server', title)
    annotate('package', `oidc-provider ${versionOf('oidc-provider')}`)
    const running = await start('oidc-provider', site.origin, { MODE: mode })
    try {
      const api = `${running.url}/rows`
      const server = { issuer: running.told['issuer'], clientId: 'spa', redirectUri: '/signed-in' }
      const authorizationServer = { ...server, scope: 'openid offline_access rows' }
      site.configuration = { sessions: { main: { resources: [api], authorizationServer } } }
      const tab = await openApp(browsing, site, '/?opened')
      const signIn = async () => {
        await leave(tab, (options) => bearerWorker.signIn(options), { returnTo: '/?back' })
        await arrivedAt(tab, site.url('/?back'))
      }
      const administer = (path: string) => fetch(`${running.url}${path}`, { method: 'POST' })

      const metadata = await fetch(`${running.told['issuer']}/.well-known/openid-configuration`)
      expect(await metadata.json()).toMatchObject(
        mode === 'par' ? { require_pushed_authorization_requests: true } : { issuer: running.told['issuer'] },
      )
      await signIn()
      expect(await tab.evaluate(async () => (await bearerWorker.session()).claims?.['sub'])).toBe(
        mode === 'pairwise' ? 'pairwise-ada' : 'ada',
      )
      expect((await ask(tab, api)).status).toBe(200)
      annotate('shown', 'sign-in')

      await administer('/refuse')
      expect((await ask(tab, api)).status).toBe(200)
      annotate('shown', 'refusal')

      for (const _ of [1, 2]) await tab.evaluate(() => bearerWorker.refresh())
      expect((await ask(tab, api)).status).toBe(200)
      annotate('shown', 'refresh')

      await administer('/end')
      expect(await failureOf(tab, () => bearerWorker.refresh())).toMatchObject({ code: 'session-ended' })
      annotate('shown', 'end')

      await tab.goto(site.url('/?opened'))
      await signIn()
      expect((await ask(tab, api)).status).toBe(200)
      await tab.evaluate(() => bearerWorker.signOut())
      expect((await ask(tab, api)).status).toBe(401)
      annotate('shown', 'sign-out')
    } finally {
      await running.stop()
    }
  })
