/** What a page sends to the worker, call of the protocol or not. */
import { ask, failureOf, openApp, openSignedIn, signIn } from './app.ts'
import { expect, test } from './fixtures.ts'
import { page } from './servers/site.ts'

test('what is no call of the protocol gets one error reply, and changes nothing', async ({
  browsing,
  site,
  tokens,
}) => {
  const tab = await openSignedIn(browsing, site)
  const before = await tab.evaluate(() => bearerWorker.session())
  const replies = await tab.evaluate(async () => {
    const names = [
      'hello',
      'claim',
      'wake',
      'setTokens',
      'session',
      'refresh',
      'getAccessToken',
      'authorize',
      'atHand',
      'abort',
      'lastEventId',
      'signIn',
      'signOut',
      'explain',
      'history',
    ]
    const wrong = [undefined, null, 5, 'x', true, 10n, Symbol.iterator.description]
    const call = (name: unknown, more: object) => ({ bearerWorker: 1, name, ...more })
    const messages: unknown[] = [
      ...[
        undefined,
        null,
        0,
        'hello',
        true,
        10n,
        [],
        {},
        new Date(),
        new Map([['bearerWorker', 1]]),
        new Uint8Array(8),
        'x'.repeat(5_000_000),
      ],
      ...[
        { bearerWorker: 2, name: 'hello', with: {} },
        { bearerWorker: '1', name: 'signOut', with: {} },
        call(undefined, {}),
      ],
      ...[
        '__proto__',
        'constructor',
        'toString',
        'hasOwnProperty',
        '',
        'x'.repeat(1_000_000),
        7,
        10n,
        {},
        [],
        ['signOut'],
        null,
      ].map((name) => call(name, { with: {} })),
      ...names.flatMap((name) => wrong.map((value) => call(name, { with: value }))),
      ...['session', 'setTokens', 'refresh', 'getAccessToken', 'atHand', 'signOut'].flatMap((name) =>
        [7, 10n, {}, [], 'nobody', '__proto__', 'x'.repeat(1_000_000)].map((session) =>
          call(name, { with: { session, tokens: {} } }),
        ),
      ),
      ...[
        undefined,
        5,
        {},
        { access_token: 5 },
        { access_token: {} },
        { access_token: 'a\nb' },
        JSON.parse('{"__proto__":{"access_token":"at"}}'),
      ].map((tokens) => call('setTokens', { with: { tokens } })),
      ...[undefined, 5, {}, { url: 5 }].flatMap((request) => [
        call('explain', { with: { request } }),
        call('authorize', { with: { request } }),
      ]),
      ...[{}, { url: 5, source: 'x' }, { url: '/', source: 1, id: 'a\r\nauthorization: x' }].map((stream) =>
        call('lastEventId', { with: stream }),
      ),
    ]
    const controller = navigator.serviceWorker.controller!
    return Promise.all(
      messages.map(
        (message, index) =>
          new Promise<string>((resolve) => {
            const { port1, port2 } = new MessageChannel()
            const got: boolean[] = []
            port1.onmessage = ({ data }) => {
              got.push((data as { ok: boolean }).ok)
              setTimeout(() => resolve(`${index} ${got.join()}`), 50) // a second reply would come by then
            }
            setTimeout(() => resolve(`${index} silence`), 10_000)
            controller.postMessage(message, [port2])
          }),
      ),
    )
  })
  expect(replies.filter((reply) => !reply.endsWith(' false'))).toEqual([])
  expect(await tab.evaluate(() => bearerWorker.session())).toEqual(before)
  expect((await ask(tab, '/api/rows')).status).toBe(200)
  expect(tokens.refreshes).toHaveLength(0)
})

test('a call whose worker is stopped meets its deadline', async ({ browsing, site, tokens }) => {
  const hurry =
    '<script>{ const { setTimeout } = window; window.setTimeout = (run, ms, ...rest) => setTimeout(run, ms >= 45000 && document.title === "hurry" ? 300 : ms, ...rest) }</script>'
  site.pages.set('/hurry.html', page({ script: `${hurry}<script src="/bearer-worker.js"></script>` }))
  const tab = await openApp(browsing, site, '/hurry.html')
  await signIn(tab)
  tokens.hold()
  // From now on: what went before may take its time.
  await tab.evaluate(() => void (document.title = 'hurry'))
  expect(await failureOf(tab, () => bearerWorker.refresh())).toMatchObject({ code: 'timeout' })
})

test('calls are answered while other workers take over', async ({ browsing, site, engineName }) => {
  test.skip(
    engineName === 'chromium',
    'as long as calls come it lets no other worker take over; configuration.spec.ts has a call at that moment',
  )
  const tab = await openSignedIn(browsing, site)
  await tab.evaluate(() => {
    const asked = { calls: [] as Promise<unknown>[], isOver: false }
    Object.assign(window, { asked })
    const ask = () => {
      if (asked.isOver) return
      asked.calls.push(bearerWorker.session().then(({ state }) => state, String))
      setTimeout(ask, 50) // as long as it has work, WebKit lets no other one take over either
    }
    ask()
  })
  for (const revision of ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight']) {
    // As another page does whose configuration has other routes.
    await tab.evaluate(async (revision) => {
      const { serviceWorker } = navigator
      const changed = new Promise((resolve) =>
        serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
      )
      await serviceWorker.register(`/bearer-worker.sw.js?config=/bearer-worker.json&revision=${revision}`)
      await changed
    }, revision)
  }
  const answers = await tab.evaluate(async () => {
    const { asked } = window as unknown as { asked: { calls: Promise<string>[]; isOver: boolean } }
    asked.isOver = true
    const late = new Promise<string>((resolve) => setTimeout(resolve, 20_000, 'no answer'))
    return [...new Set(await Promise.all(asked.calls.map((call) => Promise.race([call, late]))))]
  })
  expect(answers).toEqual(['active'])
})
