/** Two users in two tabs at once: whichever way a tab sends a request, it goes with the token of the tab's own user. */
import { shows } from '../capabilities.ts'
import type { Tab } from '../engines/engine.ts'
import { BARE, expect, send, test, WORKER } from './accounts.ts'

const OF_SCRIPTS = ['fetch', 'post', 'xhr', 'upload', 'events', 'beacon', 'socket']
const USERS = ['ada', 'bob'] as const

interface Setting {
  readonly path: string
  readonly changes?: Readonly<Record<string, unknown>>
  readonly ways: readonly string[]
}

const SETTINGS: Readonly<Record<string, Setting>> = {
  'behind a worker': { path: '/', ways: [...OF_SCRIPTS, 'image', 'navigation', 'worker'] },
  'in a page without a worker': { path: BARE, ways: OF_SCRIPTS },
  "by the page's own lane": { path: '/', changes: { direct: true }, ways: [...OF_SCRIPTS, 'image', 'navigation'] },
}

for (const [where, { path, changes, ways: possible }] of Object.entries(SETTINGS))
  test(
    `${where}, each request goes as the user of its tab: fresh, refused, after a stop, after a sign-out`,
    shows('Two users in two tabs: each request goes as the user of its tab'),
    async ({ browsing, engine, site, sockets, tokens, configure, openAs, arrived }) => {
      configure(changes)
      // Chromium's static routes let the script of a dedicated worker pass: which tab it is of is not known then.
      const ways = possible.filter((way) => way !== 'worker' || engine.name !== 'chromium')
      site.pages.set('/worker.js', WORKER)
      const isWorker = path !== BARE
      if (isWorker) await browsing.prime(site.url(path))
      const tabs: Tab[] = []
      for (const user of USERS) tabs.push(await openAs(user, path))
      const [ada, bob] = tabs as [Tab, Tab]
      const socket = sockets.url('/open')
      const sendAll = () => Promise.all(tabs.map((tab, index) => send(tab, { as: USERS[index]!, ways, socket })))
      const all = { good: ways, bad: [] }
      const own = (user: string) => ways.map((way) => `${way} ${user}: ${user}`)
      const everything = [...own('ada'), ...own('bob')].sort()
      const came = new Set<string>()
      /** What came, as soon as all of that did: a beacon is not waited for. */
      const arrivals = async () => {
        const look = () => {
          for (const each of arrived()) came.add(each)
          return came.size
        }
        await expect.poll(look).toBeGreaterThanOrEqual(everything.length)
        const sorted = [...came].sort()
        came.clear()
        return sorted
      }

      await test.step('fresh', async () => {
        expect(await sendAll()).toEqual([all, all])
        expect(await arrivals()).toEqual(everything)
      })

      await test.step('refused: one refresh for each user', async () => {
        tokens.issuer.expireAccessTokens()
        expect(await sendAll()).toEqual([all, all])
        expect(await arrivals()).toEqual(everything)
        expect(tokens.refreshes).toHaveLength(2)
      })

      await test.step('after the worker was stopped', async () => {
        if (isWorker) await browsing.stopWorkers()
        expect(await sendAll()).toEqual([all, all])
        expect(await arrivals()).toEqual(everything)
        expect(tokens.refreshes).toHaveLength(2)
      })

      await test.step('after one has signed out', async () => {
        await ada.evaluate(() => bearerWorker.signOut())
        const [left, stays] = await sendAll()
        expect(left!.good).toEqual(['beacon', 'socket'])
        expect(stays).toEqual(all)
        const as = (user: string) => (each: string) => each.endsWith(`: ${user}`)
        const arrived = await arrivals()
        expect(arrived.filter((each) => each.includes(' ada: ')).every(as('no token'))).toBe(true)
        expect(arrived.filter((each) => each.includes(' bob: '))).toEqual(own('bob').sort())
        expect(await bob.evaluate(() => bearerWorker.accounts())).toEqual(['bob'])
        const states = await Promise.all(tabs.map((tab) => tab.evaluate(() => bearerWorker.snapshot())))
        expect(states.map((view) => [view?.account, view?.state])).toEqual([
          ['ada', 'signed-out'],
          ['bob', 'active'],
        ])
      })
    },
  )
