/** Profiles and tabs whose tokens expire at the same moment. */
import { openApp, signIn } from '../app.ts'
import type { Tab } from '../engines/engine.ts'
import { expect, test } from '../fixtures.ts'
import { parameter } from './parameter.ts'

const RACES = parameter('CHAOS_RACES', 10)

test(`two profiles, two tabs each, five expired tokens each: ${RACES} rounds, and no refresh token comes twice`, async ({
  engine,
  site,
  tokens,
}) => {
  test.setTimeout(60_000 + RACES * 5_000)
  // The server is strict: no grace at all. The client takes a token for expired after 0.3 s.
  tokens.shape = (response) => ({ ...response, expires_in: 0.3 })
  const profiles = [await engine.browse(), await engine.browse()]
  const tabs: Tab[] = []
  for (const profile of profiles) {
    const one = await openApp(profile, site)
    await signIn(one)
    tabs.push(one, await openApp(profile, site))
  }
  for (let round = 0; round < RACES; round++) {
    const statuses = await Promise.all(
      tabs.map((tab) =>
        tab.evaluate(async () => {
          const left = () => Number(bearerWorker.snapshot()?.expiresAt) - Date.now()
          while (left() > 0) await new Promise((resolve) => setTimeout(resolve, left()))
          return Promise.all(Array.from({ length: 5 }, async () => (await fetch('/api/rows')).status))
        }),
      ),
    )
    expect(statuses.flat(), `round ${round}`).toEqual(Array.from({ length: 20 }, () => 200))
  }
  const presented = tokens.refreshes.map(({ body }) => new URLSearchParams(body).get('refresh_token'))
  console.log(
    `race: ${RACES} rounds, ${RACES * 20} requests, ${presented.length} refreshes, ${presented.length - new Set(presented).size} refresh tokens presented twice`,
  )
  expect(new Set(presented).size).toBe(presented.length)
  expect(tokens.issuer.lateReuses).toBe(0)
  for (const profile of profiles) await profile.close()
})
