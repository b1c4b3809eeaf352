/** One sign-in, several APIs: whoever sends a request, it gets the token of its API, fetched at the first use. */
import { openApp, signIn } from '../app.ts'
import { shows } from '../capabilities.ts'
import type { SessionInFile } from '../configurations.ts'
import type { Tab } from '../engines/engine.ts'
import type { TokenServer } from '../../src/testing/servers/token-server.ts'
import type { Api } from '../servers/api.ts'
import { expect, FILES, fieldsOf, MAIL, openWithoutWorker, statusOf, test } from './apis.ts'

interface Servers {
  readonly tokens: TokenServer
  readonly api: Api
  readonly mail: Api
  readonly files: Api
}

/** Everything that has to hold in each way; both tabs are signed in. */
async function useEachApi(one: Tab, other: Tab, { tokens, api, mail, files }: Servers): Promise<void> {
  const { issuer, refreshes } = tokens
  await test.step('the own API has the token of the sign-in, and no API is asked for before its first use', async () => {
    expect(await statusOf(one, '/api/rows')).toBe(200)
    expect(refreshes).toHaveLength(0)
  })

  await test.step('the first use of each fetches its token; the refresh token rotates', async () => {
    expect(await statusOf(one, mail.url('/inbox'))).toBe(200)
    expect(await statusOf(one, files.url('/1'))).toBe(200)
    expect(refreshes.map(fieldsOf)).toMatchObject([{ resource: MAIL, scope: 'mail.read' }, { scope: FILES }])
    expect(fieldsOf(refreshes[1]!)).not.toHaveProperty('resource')
    expect(refreshes[1]!.body).toContain(issuer.issued.at(-2)!.refresh_token)
    for (const url of [mail.url('/inbox'), files.url('/1'), '/api/rows']) {
      expect(await statusOf(one, url)).toBe(200)
      expect(await statusOf(other, url)).toBe(200)
    }
    expect(refreshes).toHaveLength(2)
  })

  await test.step('a refusal of one refreshes that one', async () => {
    issuer.expire(mail.requests.at(-1)!.authorization!.replace('Bearer ', ''))
    expect(await statusOf(one, files.url('/2'))).toBe(200)
    expect(await statusOf(one, '/api/rows')).toBe(200)
    expect(refreshes).toHaveLength(2)
    expect(await statusOf(other, mail.url('/inbox'))).toBe(200)
    expect(refreshes.slice(2).map(fieldsOf)).toMatchObject([{ resource: MAIL }])
  })

  await test.step('a burst over all APIs from two tabs: one refresh for each, one after the other', async () => {
    issuer.expireAccessTokens()
    const urls = [0, 1, 2, 3].flatMap((n) => [mail.url(`/b/${n}`), files.url(`/b/${n}`), `/api/b/${n}`])
    const statuses = await Promise.all([one, other].flatMap((tab) => urls.map((url) => statusOf(tab, url))))
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(
      refreshes
        .slice(3)
        .map((each) => fieldsOf(each)['scope'] ?? 'own')
        .sort(),
    ).toEqual([FILES, 'mail.read', 'own'])
    expect(issuer.lateReuses).toBe(0)
  })

  await test.step('history and explain() name the API, the view is that of the session', async () => {
    // Without a worker, each page has a history of its own.
    const entries = await Promise.all([one, other].map((tab) => tab.evaluate(() => bearerWorker.history())))
    const brief = entries.flat().map(({ kind, resource }) => `${kind} ${resource ?? 'own'}`)
    expect(brief).toEqual(expect.arrayContaining([`refresh ${MAIL}`, `refresh ${FILES}`, 'refresh own']))
    expect(brief).toEqual(expect.arrayContaining([`request ${MAIL}`, `request ${FILES}`, 'request own']))
    const explained = await one.evaluate((url) => bearerWorker.explain(url), mail.url('/inbox'))
    expect(explained).toMatchObject({
      code: 'authorize',
      message: expect.stringContaining(`session "main" for ${MAIL}`),
    })
    expect(await one.evaluate(() => bearerWorker.session())).toMatchObject({
      state: 'active',
      scope: 'rows',
      epoch: expect.any(Number),
    })
  })

  await test.step('no API has ever got the token of another', () => {
    const issued = (scope: string) =>
      issuer.issued.filter((each) => each.scope === scope).map(({ access_token }) => `Bearer ${access_token}`)
    const foreign = (api: Api, scope: string) =>
      api.requests.map(({ authorization }) => authorization).filter((each) => !issued(scope).includes(`${each}`))
    expect([foreign(mail, MAIL), foreign(files, FILES), foreign(api, 'rows')]).toEqual([[], [], []])
  })

  await test.step('signing out takes all of them, everywhere', async () => {
    await one.evaluate(() => bearerWorker.signOut())
    const sent = [mail.requests.length, files.requests.length]
    for (const url of [mail.url('/out'), files.url('/out')]) expect(await statusOf(other, url)).toBe(401)
    const after = [...mail.requests.slice(sent[0]), ...files.requests.slice(sent[1])]
    expect(after.map(({ authorization }) => authorization)).toEqual([undefined, undefined])
  })
}

interface Way {
  /** Missing: a service worker covers the pages. */
  readonly without?: readonly 'locks'[]
  readonly changes?: (tokens: TokenServer) => SessionInFile
}

const WAYS: Readonly<Record<string, Way>> = {
  'by the worker': {},
  'without a worker': { without: [] },
  'without a worker, and without locks': { without: ['locks'] },
  "by the page's own lane, with a JSON body for the refresh": {
    changes: (tokens) => ({ direct: true, refresh: { url: tokens.url('/refresh'), body: 'json' } }),
  },
}

for (const [name, { without, changes }] of Object.entries(WAYS))
  test(
    name,
    shows('Several APIs, each with an access token of its own from one sign-in'),
    async ({ browsing, site, tokens, api, mail, files, configure }) => {
      configure(changes?.(tokens))
      const open = () => (without ? openWithoutWorker(browsing, site, ...without) : openApp(browsing, site))
      const one = await open()
      await signIn(one)
      await useEachApi(one, await open(), { tokens, api, mail, files })
    },
  )
