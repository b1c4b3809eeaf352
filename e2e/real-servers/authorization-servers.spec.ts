/** Authorization servers that really run: sign-in by the worker, refusal, refresh, end and sign-out. */
import { ask, failureOf, leave, openApp } from '../app.ts'
import { expect, test } from '../fixtures.ts'
import { arrivedAt } from '../oauth.ts'
import { REAL_AUTHORIZATION_SERVERS } from './authorization-servers.ts'
import { start } from './program.ts'
import { annotating } from './shown.ts'

for (const real of REAL_AUTHORIZATION_SERVERS)
  test(`${real.program}: ${real.title}`, async ({ browsing, site }, testInfo) => {
    const shown = annotating(testInfo, real)
    const running = await start(real.program, site.origin, real.options)
    try {
      const session = real.session(running)
      const { issuer, postSignOutRedirectUri } = session['authorizationServer'] as Record<string, string>
      const api = `${running.url}/rows`
      site.configuration = { sessions: { main: session } }
      const tab = await openApp(browsing, site, '/?opened')
      const signIn = async () => {
        await leave(tab, (options) => bearerWorker.signIn(options), { returnTo: '/?back' })
        await real.signsIn?.(tab, running)
        await arrivedAt(tab, site.url('/?back'))
      }
      const administer = (path: string) => fetch(`${running.url}${path}`, { method: 'POST' })

      const { text } = await ask(tab, `${issuer!.replace(/\/$/, '')}/.well-known/openid-configuration`)
      expect(JSON.parse(text)).toMatchObject({ issuer, ...real.metadata })
      await signIn()
      const subject = await tab.evaluate(async () => (await bearerWorker.session()).claims?.['sub'])
      expect(subject).toEqual(real.subject ?? expect.anything())
      expect((await ask(tab, api)).status).toBe(200)
      shown('sign-in')

      await administer('/refuse')
      expect((await ask(tab, api)).status).toBe(200)
      shown('refusal')

      for (const _ of [1, 2]) await tab.evaluate(() => bearerWorker.refresh())
      expect((await ask(tab, api)).status).toBe(200)
      shown('refresh')

      await administer('/end')
      expect(await failureOf(tab, () => bearerWorker.refresh())).toMatchObject({ code: 'session-ended' })
      shown('end')

      await tab.goto(site.url('/?opened'))
      await signIn()
      expect((await ask(tab, api)).status).toBe(200)
      if (postSignOutRedirectUri === undefined) await tab.evaluate(() => bearerWorker.signOut())
      else {
        await leave(tab, () => bearerWorker.signOut(), undefined)
        await arrivedAt(tab, site.url(postSignOutRedirectUri))
      }
      expect((await ask(tab, api)).status).toBe(401)
      shown('sign-out')
    } finally {
      await running.stop()
    }
  })
