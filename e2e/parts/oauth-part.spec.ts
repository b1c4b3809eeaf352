/** The worker and its OAuth part: started again, renewed, spoiled or missing. */
import { answerText } from '../../src/testing/servers/answers.ts'
import type { Handler } from '../../src/testing/servers/listener.ts'
import { ask, failureOf, openSignedIn } from '../app.ts'
import { oauthSession, oneSession } from '../configurations.ts'
import { expect, oidcSession, openSignedInAt, signInAt, test } from '../oauth.ts'
import { built, OAUTH_PART, spoiled, update, version, WORKER, WRONG_ANSWERS } from './parts.ts'

test.describe('the worker and its OAuth part', () => {
  test('a stopped worker starts again with it, though no file of it can be had any more', async ({
    browsing,
    site,
    id,
  }) => {
    await browsing.prime(site.url())
    const tab = await openSignedInAt(browsing, id, site)
    for (const part of [OAUTH_PART, WORKER]) site.mounts.set(part, WRONG_ANSWERS[0]![1])
    await browsing.stopWorkers()
    id.revokeAccessTokens()
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
    expect(id.counts.refreshes).toBe(1)
  })

  test('a stopped worker that cannot read the configuration sends no refresh token: the page gets the refusal', async ({
    browsing,
    site,
    id,
  }) => {
    await browsing.prime(site.url())
    const tab = await openSignedInAt(browsing, id, site)
    await site.stop()
    await browsing.stopWorkers()
    id.revokeAccessTokens()
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(401)
    expect(id.counts.refreshes).toBe(0)
    await site.start()
    await tab.evaluate(() => bearerWorker.refresh())
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
  })

  for (const [changed, path] of [
    ['the OAuth part', OAUTH_PART],
    ['the worker', WORKER],
  ] as const) {
    test(`a new build of ${changed} alone reaches the worker, and the session lives on`, async ({
      browsing,
      site,
      id,
    }) => {
      await browsing.prime(site.url())
      const tab = await openSignedInAt(browsing, id, site)
      await update(tab, () => site.pages.set(path, `${built(path)}\nfetch('/newer-runs')`))
      expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
      await expect.poll(() => site.hits.get('/newer-runs') ?? 0).toBeGreaterThan(0)
      // It starts from what was imported then.
      for (const part of [OAUTH_PART, WORKER]) site.mounts.set(part, WRONG_ANSWERS[0]![1])
      await browsing.stopWorkers()
      id.revokeAccessTokens()
      expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
      expect(id.counts.refreshes).toBe(1)
    })
  }

  // A page runs a script of this type, a worker does not.
  const wrongType: Handler = (_, response) =>
    answerText(response, 200, built(OAUTH_PART), { 'content-type': 'text/plain' })
  for (const [what, handler] of [...spoiled(OAUTH_PART), ['has the type of a text', wrongType] as const]) {
    test(`no configuration is in force, and the OAuth part ${what}: ready says which file, and the cure; once it is there, the next page is covered`, async ({
      browsing,
      site,
      id,
    }) => {
      site.mounts.set(OAUTH_PART, handler)
      const tab = await browsing.newTab(site.url())
      const failure = await failureOf(tab, () => bearerWorker.ready)
      expect(failure).toMatchObject({ name: 'BearerWorkerError', code: 'part-unavailable' })
      expect(failure.message).toContain(site.url(OAUTH_PART))
      expect(failure.message).toContain(`Copy bearer-worker.oauth.js of version ${version} beside the worker`)
      // The app is not held up, and asks without a token.
      expect((await ask(tab, `${id.url}/rows`)).status).toBe(401)
      await tab.reload()
      expect(await failureOf(tab, () => bearerWorker.ready)).toMatchObject({ code: 'part-unavailable' })

      site.mounts.delete(OAUTH_PART)
      await tab.reload()
      expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
      await signInAt(tab, id, site)
      expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
    })

    test(`a good configuration is in force, and the OAuth part of a newer one ${what}: the good one stays, with its session`, async ({
      browsing,
      site,
      api,
      tokens,
      id,
    }) => {
      const refresh = oauthSession(api, tokens)
      site.configuration = oneSession(refresh)
      site.tapsConsole = true
      await browsing.prime(site.url())
      const tab = await openSignedIn(browsing, site)
      site.configuration = { sessions: { main: refresh, other: oidcSession(id) } }
      site.mounts.set(OAUTH_PART, handler)
      await tab.reload()
      expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
      expect((await ask(tab, '/api/rows')).status).toBe(200)
      await browsing.stopWorkers()
      tokens.issuer.expireAccessTokens()
      expect((await ask(tab, '/api/rows')).status).toBe(200)
      await tab.reload()
      expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
      expect((await ask(tab, '/api/rows')).status).toBe(200)
      await expect.poll(() => site.console.join()).toContain(site.url(OAUTH_PART))
      expect(site.console.join()).toContain('The configuration that was in force stays.')

      site.mounts.delete(OAUTH_PART)
      await tab.reload()
      await tab.evaluate(() => bearerWorker.ready)
      expect(await tab.evaluate(() => bearerWorker.session())).toMatchObject({ state: 'active' })
      expect(await tab.evaluate(() => bearerWorker.session('other'))).toMatchObject({ state: 'signed-out' })
      expect((await ask(tab, '/api/rows')).status).toBe(200)
      expect(tokens.signIns).toHaveLength(1)
    })
  }

  test('a newer worker whose part is missing is given up: the one in use stays, and loses nothing', async ({
    browsing,
    site,
    id,
  }) => {
    await browsing.prime(site.url())
    const tab = await openSignedInAt(browsing, id, site)
    site.pages.set(WORKER, `${built(WORKER)}\n// newer`)
    site.mounts.set(OAUTH_PART, WRONG_ANSWERS[0]![1])
    const end = await tab.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready
      const found = new Promise<ServiceWorker>((resolve) =>
        registration.addEventListener('updatefound', () => resolve(registration.installing!), { once: true }),
      )
      await registration.update()
      const worker = await found
      while (worker.state !== 'activated' && worker.state !== 'redundant')
        await new Promise((resolve) => worker.addEventListener('statechange', resolve, { once: true }))
      return worker.state
    })
    expect(end).toBe('redundant')
    await tab.reload()
    expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
    id.revokeAccessTokens()
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
    await browsing.stopWorkers()
    id.revokeAccessTokens()
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
    expect(id.counts).toMatchObject({ codes: 1, refreshes: 2 })
  })
})
