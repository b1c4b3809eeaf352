/** One API gets no token: the session and the other APIs go on. Only what a server says of the session's own token ends it. */
import { ask, askByXhr, openApp, openSignedIn } from '../app.ts'
import { expect, FILES, fieldsOf, MAIL, statusOf, test } from './apis.ts'

const viewOf = { evaluate: () => bearerWorker.session() }

test('one API is refused, then allowed; then the session ends', async ({
  browsing,
  site,
  tokens,
  mail,
  files,
  configure,
}) => {
  configure()
  const tab = await openSignedIn(browsing, site)
  const view = () => tab.evaluate(viewOf.evaluate)
  const allow = (answer: string) =>
    (tokens.apis = new Map([
      [MAIL, answer],
      [FILES, 'allowed'],
    ]))

  await test.step('the request fails, its cause is shown, and it is not asked for again', async () => {
    allow('invalid_target')
    expect(await statusOf(tab, mail.url('/inbox'))).toBe('network error')
    expect(await statusOf(tab, mail.url('/inbox'))).toBe('network error')
    expect(tokens.refreshes).toHaveLength(1)
    expect(mail.requests).toHaveLength(0)
    expect(await view()).toMatchObject({ state: 'active', reason: 'invalid_target' })
    const explained = await tab.evaluate((url) => bearerWorker.explain(url), mail.url('/inbox'))
    expect(explained).toMatchObject({ code: 'refresh-first', message: expect.stringContaining('(invalid_target)') })
    const entries = await tab.evaluate(() => bearerWorker.history())
    expect(entries.find(({ kind }) => kind === 'refresh')).toMatchObject({
      outcome: 'configuration',
      resource: MAIL,
      status: 400,
    })
  })

  await test.step('the others go on', async () => {
    expect(await statusOf(tab, files.url('/1'))).toBe(200)
    expect(await statusOf(tab, '/api/rows')).toBe(200)
    tokens.issuer.expireAccessTokens()
    expect(await statusOf(tab, '/api/rows')).toBe(200)
    expect(tokens.refreshes).toHaveLength(3)
  })

  await test.step('a page that is loaded asks again; where the user has not agreed, the session is asked for, and goes on', async () => {
    allow('invalid_grant')
    const other = await openApp(browsing, site)
    expect(await statusOf(other, mail.url('/inbox'))).toBe('network error')
    expect(tokens.refreshes.slice(3).map((each) => fieldsOf(each)['resource'])).toEqual([MAIL, undefined])
    expect(await view()).toMatchObject({ state: 'active', reason: 'invalid_grant' })
    expect(await statusOf(other, '/api/rows')).toBe(200)
  })

  await test.step('refresh() lets it be asked for again', async () => {
    allow('allowed')
    await tab.evaluate(() => bearerWorker.refresh())
    expect(await statusOf(tab, mail.url('/inbox'))).toBe(200)
    expect((await view()).reason).toBeUndefined()
  })

  await test.step('a token that its server always refuses: that one alone is asked for less often', async () => {
    mail.refusesEveryToken = true
    const before = tokens.refreshes.length
    for (let n = 0; n < 12; n++) expect(await statusOf(tab, mail.url('/inbox'))).toBe(401)
    expect(tokens.refreshes.length - before).toBeLessThanOrEqual(6)
    tokens.issuer.expireAccessTokens()
    expect(await statusOf(tab, '/api/rows')).toBe(200)
    mail.refusesEveryToken = false
  })

  await test.step('the refresh token is spent: the API asks, the session is asked for, and has ended', async () => {
    tokens.issuer.endEverySession()
    expect(await statusOf(tab, files.url('/1'))).toBe(401)
    expect(await view()).toMatchObject({ state: 'ended', reason: 'invalid_grant' })
    expect(await statusOf(tab, mail.url('/inbox'))).toBe(401)
    expect(mail.requests.at(-1)?.authorization).toBeUndefined()
  })
})

test('uploads with progress, images, synchronous requests, and a session that may show its token', async ({
  browsing,
  site,
  tokens,
  mail,
  configure,
}) => {
  configure({ exposeAccessToken: true })
  const tab = await openSignedIn(browsing, site)
  const own = tokens.issuer.latest.access_token
  const uploaded = await tab.evaluate(
    (url) =>
      new Promise<string>((resolve) => {
        const xhr = new XMLHttpRequest()
        let progress = 0
        xhr.upload.onprogress = () => progress++
        xhr.onloadend = () => resolve(`${xhr.status} ${progress > 0}`)
        xhr.open('POST', url)
        xhr.send('x'.repeat(1_000_000))
      }),
    mail.url('/upload'),
  )
  expect(uploaded).toBe('200 true')
  const token = tokens.issuer.latest.access_token
  expect((await askByXhr(tab, mail.url('/xhr'))).status).toBe(200)
  await tab.evaluate(
    (url) => new Promise((resolve) => Object.assign(new Image(), { src: url, onerror: resolve })),
    mail.url('/image'),
  )
  expect((await ask(tab, mail.url('/fetch'))).status).toBe(200)
  const synchronous = (url: string) =>
    tab.evaluate(async (url) => {
      const send = () => {
        const xhr = new XMLHttpRequest()
        xhr.open('GET', url, false)
        xhr.send()
        return xhr.status
      }
      // The first one says that such requests are made: the token is known from then on.
      send()
      const until = Date.now() + 10_000
      for (let status = 0; ; ) {
        status = send()
        if (status === 200 || Date.now() > until) return status
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }, url)
  expect(await synchronous(mail.url('/synchronous'))).toBe(200)
  expect(await synchronous('/api/synchronous')).toBe(200)
  const carried = mail.requests.map(({ path, authorization }) => `${path} ${authorization?.replace('Bearer ', '')}`)
  expect(carried).toEqual(
    expect.arrayContaining(['/upload', '/xhr', '/image', '/fetch', '/synchronous'].map((path) => `${path} ${token}`)),
  )
  expect(carried.join()).not.toContain(own)
  expect(tokens.refreshes).toHaveLength(1)
  expect(await tab.evaluate(() => bearerWorker.getAccessToken())).toBe(own)
})
