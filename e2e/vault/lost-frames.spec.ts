/** Frames, tabs and workers that are gone in the middle of a refresh. */
import { ask, signIn } from '../app.ts'
import { parameter } from '../chaos/parameter.ts'
import type { Browsing, Tab } from '../engines/engine.ts'
import { Random } from '../../scripts/random.ts'
import { captured as test, expect, openAt } from './captured.ts'

const SEED = parameter('CHAOS_SEED', 1)
const ROUNDS = parameter('CHAOS_ROUNDS', 6)

const rows = (tab: Tab) => ask(tab, '/api/rows').then(({ status }) => status)
const dropFrames = (tab: Tab) =>
  tab.evaluate(() => {
    for (const frame of document.querySelectorAll('iframe')) frame.remove()
  })

test('a stopped worker gets another port; a frame that is closed in the middle of a refresh is replaced by another tab’s', async ({
  browsing,
  tokens,
  vaulted,
}) => {
  tokens.issuer.graceSeconds = 30
  await browsing.prime(vaulted.app)
  const first = await openAt(browsing, vaulted.app)
  await signIn(first)
  expect(await rows(first)).toBe(200)

  await browsing.stopWorkers()
  expect(await rows(first)).toBe(200)
  expect(tokens.refreshes).toHaveLength(0)
  tokens.issuer.expireAccessTokens()
  await browsing.stopWorkers()
  expect(await rows(first)).toBe(200)
  expect(tokens.refreshes).toHaveLength(1)

  // A script of the page removes the frame.
  await dropFrames(first)
  tokens.issuer.expireAccessTokens()
  expect(await rows(first)).toBe(200)
  expect(tokens.refreshes).toHaveLength(2)

  // The refresh is under way in the frame of the first tab, which the worker has its port from.
  const second = await openAt(browsing, vaulted.app)
  tokens.issuer.expireAccessTokens()
  const gate = tokens.hold()
  const waiting = rows(second)
  await gate.arrived()
  await first.close()
  gate.release()
  expect(await waiting).toBe(200)
  expect(await rows(second)).toBe(200)
  expect(tokens.issuer.lateReuses).toBe(0)
})

test(`chaos, seed ${SEED}: ${ROUNDS} rounds with two apps, and the session is never lost`, async ({
  browsing,
  tokens,
  vaulted,
}) => {
  test.setTimeout(60_000 + ROUNDS * 20_000)
  tokens.issuer.graceSeconds = 30
  const random = new Random(SEED)
  await browsing.prime(vaulted.app)
  await browsing.prime(vaulted.admin)
  const urls = [vaulted.app, vaulted.app, vaulted.admin, vaulted.admin]
  const tabs = await Promise.all(urls.map((url) => openAt(browsing, url)))
  await signIn(tabs[0]!)
  for (let round = 0; round < ROUNDS; round++) {
    tokens.issuer.expireAccessTokens()
    const before = tokens.refreshes.length
    const victim = random.below(tabs.length)
    const others = tabs.filter((_, index) => index !== victim)
    const waiting = others.flatMap((tab) => [rows(tab), rows(tab)])
    const happened = await misfortune(random, { browsing, tab: tabs[victim]! })
    const statuses = await Promise.all(waiting.map((each) => each.catch((error: Error) => error.message)))
    // A stopped worker may break off the answers of this round; the next ones have to be right.
    if (happened !== 'worker')
      expect([round, happened, ...statuses]).toEqual([round, happened, ...statuses.map(() => 200)])
    if (happened === 'tab') tabs[victim] = await openAt(browsing, urls[victim]!)
    expect(await Promise.all(tabs.map(rows))).toEqual([200, 200, 200, 200])
    expect(tokens.refreshes.length - before).toBeLessThanOrEqual(2)
  }
  expect(tokens.issuer.lateReuses).toBe(0)
})

type Happened = 'nothing' | 'tab' | 'frame' | 'worker'

async function misfortune(random: Random, { browsing, tab }: { browsing: Browsing; tab: Tab }): Promise<Happened> {
  const happens = (['nothing', 'tab', 'frame', 'worker'] as const)[random.below(4)]!
  if (happens === 'tab') await tab.close()
  if (happens === 'frame') await dropFrames(tab)
  if (happens === 'worker') await browsing.stopWorkers()
  return happens
}
