/** The choice of a tab: how long it lasts, what changes it, and what it never changes for another tab. */
import { ask, failureOf, openApp, signIn } from '../app.ts'
import type { Tab } from '../engines/engine.ts'
import { BARE, expect, test } from './accounts.ts'

/** An image stands before the script tag, and one after it: the browser asks for both before the script runs. */
const IMAGES = `<!doctype html><title>Images</title><img src="/r/image?way=before&as=x"><script src="/bearer-worker.js"></script><img src="/r/image?way=after&as=x">`

const whenShown = (tab: Tab) =>
  tab.evaluate(async () => {
    await bearerWorker.ready
    const images = [...document.images]
    await Promise.all(
      images.map((image) => image.complete || new Promise((resolve) => (image.onload = image.onerror = resolve))),
    )
    return images.map(({ naturalWidth }) => naturalWidth > 0)
  })

const shown = (user: string) => [`after x: ${user}`, `before x: ${user}`]

const whoIs = (tab: Tab) =>
  tab.evaluate(async () => {
    const { account, state, claims } = await bearerWorker.session()
    return [account ?? null, state, claims?.['sub']]
  })

test('a tab stays who it is: reloads, a stopped worker, a hard reload, a new tab, what others do', async ({
  browsing,
  engine,
  site,
  tokens,
  configure,
  openTwo,
  openUnnamed,
  arrived,
}) => {
  configure()
  tokens.issuer.format = 'jwt'
  site.pages.set('/images.html', IMAGES)
  await browsing.prime(site.url())
  await openUnnamed()
  const { ada, bob } = await openTwo({}, '/images.html')
  await whenShown(ada)
  await whenShown(bob)
  arrived()

  await test.step('reload', async () => {
    for (const tab of [ada, bob]) {
      await tab.reload()
      expect(await whenShown(tab)).toEqual([true, true])
      expect([...arrived()].sort()).toEqual(tab === ada ? shown('ada') : shown('bob'))
    }
    expect(await whoIs(ada)).toEqual(['ada', 'active', 'ada'])
  })

  await test.step('reload after the worker was stopped', async () => {
    await browsing.stopWorkers()
    await bob.reload()
    expect(await whenShown(bob)).toEqual([true, true])
    expect([...arrived()].sort()).toEqual(shown('bob'))
  })

  await test.step('hard reload', async () => {
    if (!ada.hardReload) return
    await ada.hardReload()
    await ada.evaluate(() => bearerWorker.ready)
    expect((await ask(ada, '/r/echo?way=fetch&as=hard')).status).toBe(200)
    // What the page loads by itself may arrive after it.
    expect(arrived()).toContain('fetch hard: ada')
  })

  await test.step('a new tab has chosen nothing, and one that a page opens is as that page', async () => {
    const opened = await openApp(browsing, site)
    expect(await whoIs(opened)).toEqual([null, 'active', 'carol'])
    await opened.close()
    // MiniBrowser opens no window for a script.
    if (engine.name === 'webkit') return
    const chosen = await ada.evaluate(
      () =>
        new Promise<unknown>((resolve) => {
          const other = window.open('/')!
          const look = async () => {
            const { bearerWorker } = other as unknown as typeof globalThis
            if (!bearerWorker) return void setTimeout(look, 20)
            await bearerWorker.ready
            const { account } = await bearerWorker.session()
            other.close()
            resolve(account)
          }
          void look()
        }),
    )
    expect(chosen).toBe('ada')
  })

  await test.step('who else signs in, and out', async () => {
    const events = await ada.evaluate(async (response) => {
      const seen: unknown[] = []
      bearerWorker.addEventListener('sessionchange', ({ detail }) => seen.push([detail.account ?? null, detail.state]))
      const lists: unknown[] = []
      const listed = new Promise<void>((resolve) =>
        bearerWorker.addEventListener('accountschange', async () => {
          lists.push(await bearerWorker.accounts())
          if (lists.length === 2) resolve()
        }),
      )
      const { account, state } = await bearerWorker.setTokens(response, 'main', { account: 'dora' })
      await bearerWorker.signOut(undefined, { account: 'bob' })
      await listed
      return { seen, dora: [account, state], accounts: lists.at(-1) }
    }, tokens.issuer.signIn('dora'))
    expect(events).toEqual({ seen: [], dora: ['dora', 'active'], accounts: ['ada', 'dora'] })
    await expect.poll(() => bob.evaluate(() => bearerWorker.snapshot()?.state)).toBe('signed-out')
    expect((await ask(bob, '/r/echo?way=fetch&as=x')).status).toBe(401)
    expect(arrived().at(-1)).toBe('fetch x: no token')
    expect(await whoIs(ada)).toEqual(['ada', 'active', 'ada'])
  })

  await test.step('a sign-in of a tab is one of the account that it has chosen', async () => {
    await signIn(bob)
    expect(await whoIs(bob)).toEqual(['bob', 'active', 'ada'])
    expect(await ada.evaluate(() => bearerWorker.accounts())).toEqual(['ada', 'bob', 'dora'])
  })

  await test.step('it chooses another, and none', async () => {
    const changed = await ada.evaluate(async () => {
      const seen: unknown[] = []
      bearerWorker.addEventListener('sessionchange', ({ detail }) => seen.push([detail.account ?? null, detail.state]))
      const views = await bearerWorker.use('dora')
      await bearerWorker.use('nobody')
      const nobody = bearerWorker.snapshot()
      const without = await bearerWorker.use()
      return { views: views.map(({ name, account }) => [name, account]), nobody: nobody?.state, without, seen }
    })
    expect(changed).toMatchObject({
      views: [['main', 'dora']],
      nobody: 'signed-out',
      without: [{ claims: { sub: 'carol' } }],
    })
    expect(changed.seen).toEqual([
      ['dora', 'active'],
      ['nobody', 'signed-out'],
      [null, 'active'],
    ])
    const failures = [
      await failureOf(ada, () => bearerWorker.use('')),
      await failureOf(ada, () => bearerWorker.use(7 as unknown as string)),
      await failureOf(ada, () => bearerWorker.use('x'.repeat(201))),
      await failureOf(ada, () => bearerWorker.use(null as unknown as string)),
      await failureOf(ada, () => bearerWorker.setTokens({ access_token: 'x' }, 'main', { account: '' })),
    ]
    expect(failures.map(({ code }) => code)).toEqual(Array(5).fill('invalid-call'))
    expect(await whoIs(ada)).toEqual([null, 'active', 'carol'])
  })

  await test.step('explanations and entries name it', async () => {
    await ada.evaluate(() => bearerWorker.use('dora'))
    await ask(ada, '/r/echo?way=named&as=x')
    const told = await ada.evaluate(async () => {
      const { code, account, message } = await bearerWorker.explain('/r/echo')
      const entries = await bearerWorker.history()
      return { code, account, message, entry: entries.findLast(({ url }) => url.includes('/r/echo')) }
    })
    expect(told).toMatchObject({ code: 'authorize', account: 'dora', entry: { session: 'main', account: 'dora' } })
    expect(told.message).toContain('session "main" of account "dora"')
  })
})

for (const [where, path, changes] of [
  ['in a page without a worker', BARE, {}],
  ["by the page's own lane", '/', { direct: true }],
] as const)
  test(`${where}, the choice outlives a reload, and another one counts at once`, async ({
    configure,
    openTwo,
    openUnnamed,
    arrived,
  }) => {
    configure(changes)
    await openUnnamed(path)
    const { ada } = await openTwo(changes, path)
    await ada.reload()
    arrived()
    await ask(ada, '/r/echo?way=reloaded&as=x')
    await ada.evaluate(async () => {
      await bearerWorker.use('bob')
      await fetch('/r/echo?way=other&as=x')
      await bearerWorker.use('ada')
      await fetch('/r/echo?way=again&as=x')
      await bearerWorker.use()
      await fetch('/r/echo?way=unnamed&as=x')
    })
    expect(arrived()).toEqual(['reloaded x: ada', 'other x: bob', 'again x: ada', 'unnamed x: carol'])

    // Synchronous requests cannot wait: the page keeps the header for them, and only that of its account.
    await ada.evaluate(async () => {
      const send = (way: string) => {
        const request = new XMLHttpRequest()
        request.open('GET', `/r/echo?way=${way}&as=x`, false)
        request.send()
      }
      await bearerWorker.use('ada')
      send('first')
      await bearerWorker.session()
      await bearerWorker.session()
      send('known')
      await bearerWorker.use('bob')
      send('switched')
      await bearerWorker.session()
      await bearerWorker.session()
      send('later')
    })
    const sent = arrived()
    expect(sent).toContain('known x: ada')
    expect(sent).toContain('later x: bob')
    expect(sent).not.toContain('switched x: ada')
  })
