/** What is stored of several APIs: it outlives the worker, it is not on disk with "memory", and it says nothing of what is asked for. */
import { ask, openSignedIn } from '../app.ts'
import { readStore } from '../oauth.ts'
import { poison } from '../threats/poison.ts'
import { expect, fieldsOf, MAIL, statusOf, test } from './apis.ts'

const RECORD = '/bearer-worker.json main'
const CONFIGURATION = 'configuration /bearer-worker.json'

interface Stored {
  readonly configuration: { readonly sessions: { resources: { url: string; api?: object }[] }[] }
}

test('a stopped worker loses no token of an API; what is poisoned is fetched again, or is asked for as the file has it', async ({
  browsing,
  site,
  tokens,
  mail,
  files,
  stranger,
  configure,
}) => {
  configure()
  await browsing.prime(site.url())
  const tab = await openSignedIn(browsing, site)
  for (const url of [mail.url('/inbox'), files.url('/1')]) expect(await statusOf(tab, url)).toBe(200)

  await test.step('stopped: no refresh', async () => {
    await browsing.stopWorkers()
    for (const url of [mail.url('/inbox'), files.url('/1')]) expect(await statusOf(tab, url)).toBe(200)
    expect(tokens.refreshes).toHaveLength(2)
  })

  await test.step('tokens that are none: nobody is signed out', async () => {
    await poison(tab, RECORD, (record: { apis: object }) => ({
      ...record,
      apis: Object.fromEntries(Object.keys(record.apis).map((key) => [key, { generation: -1, accessToken: 'a\nb' }])),
    }))
    await browsing.stopWorkers()
    expect(await statusOf(tab, mail.url('/inbox'))).toBe(200)
    expect(await statusOf(tab, '/api/rows')).toBe(200)
    expect(tokens.refreshes).toHaveLength(3)
  })

  await test.step('a record that an older version has written: its session goes on', async () => {
    await poison(tab, RECORD, ({ apis: _, ...record }: { apis: object }) => record)
    await browsing.stopWorkers()
    expect(await statusOf(tab, mail.url('/inbox'))).toBe(200)
    expect(tokens.refreshes).toHaveLength(4)
  })

  await test.step('a configuration with another scope and another API: the file says what is asked for', async () => {
    await poison(
      tab,
      CONFIGURATION,
      (stored: Stored, evil: string) => {
        const { resources } = stored.configuration.sessions[0]!
        Object.assign(resources[1]!.api!, { scope: 'admin' })
        resources.push({ url: `${evil}/*`, api: { key: '["x","admin"]', resource: 'x', scope: 'admin' } })
        return stored
      },
      stranger.origin,
    )
    await poison(tab, RECORD, ({ apis: _, ...record }: { apis: object }) => record)
    await browsing.stopWorkers()
    await statusOf(tab, stranger.url('/rows'))
    expect(await statusOf(tab, mail.url('/inbox'))).toBe(200)
    expect(stranger.requests.map(({ authorization }) => authorization)).toEqual([undefined])
    expect(tokens.refreshes.map((each) => fieldsOf(each)['scope'])).not.toContain('admin')
  })
})

test('"memory": nothing is on disk, and a stopped worker has none of the tokens', async ({
  browsing,
  site,
  tokens,
  mail,
  configure,
}) => {
  configure({ storage: 'memory' })
  await browsing.prime(site.url())
  const tab = await openSignedIn(browsing, site)
  expect(await statusOf(tab, mail.url('/inbox'))).toBe(200)
  expect(await statusOf(tab, '/api/rows')).toBe(200)
  const stored = JSON.stringify(await readStore(tab))
  for (const token of tokens.issuer.everyToken) expect(stored).not.toContain(token)
  await browsing.stopWorkers()
  expect(await statusOf(tab, mail.url('/inbox'))).toBe(401)
})

test("another user signs in while an API is asked for: that token is thrown away, and the request does not get the other's", async ({
  browsing,
  site,
  tokens,
  mail,
  configure,
}) => {
  configure()
  const tab = await openSignedIn(browsing, site)
  const gate = tokens.hold()
  const asked = ask(tab, mail.url('/inbox')).catch(() => ({ status: 'network error' }))
  await gate.arrived()
  const bob = tokens.issuer.signIn('bob')
  await tab.evaluate((response) => bearerWorker.setTokens(response), bob)
  gate.release()
  expect((await asked).status).not.toBe(200)
  expect(mail.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([])
  // The first use by the other user is with the other's refresh token.
  expect(await statusOf(tab, mail.url('/inbox'))).toBe(200)
  expect(fieldsOf(tokens.refreshes.at(-1)!)).toMatchObject({ resource: MAIL, refresh_token: bob.refresh_token })
})
