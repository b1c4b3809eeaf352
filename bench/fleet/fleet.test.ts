/** What all browsers of a product together do to a token endpoint: `npm run fleet` shows it at full size, and for other troubles. */
import { expect, test, vi } from 'vitest'
import { GOALS } from './goals.ts'
import { POLICIES } from './policies.ts'
import { inMultiples, play, SCENES } from './scenes.ts'

// Each test simulates hours of many browsers, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000 })

const sceneOf = (name: string) => SCENES.find((scene) => scene.name === name)!
const loadOf = (scene: string, browsers: number) =>
  inMultiples(play(sceneOf(scene), { policy: POLICIES[0]!, browsers, seed: 16 }))

const outage = loadOf('503', 4_000)

test.each(GOALS)('an outage of ten minutes by 503: $title at most $most', ({ of, most }) => {
  expect(of(outage)).toBeLessThanOrEqual(most)
})

test('no browser loses its session, and every one has a token again', () => {
  expect(outage).toMatchObject({ lostSessions: 0, recoveryMs: expect.any(Number) })
  expect(outage.recoveryMs).toBeLessThan(Infinity)
})

test.each([
  ['a Retry-After that is the same moment for all', 'until', 4],
  ['every access token revoked at once', 'revoked', Infinity],
])('%s builds up no wave later', (_, scene, tenSecondsAfter) => {
  const load = loadOf(scene, 1_000)
  expect(load.tenSecondsAfter).toBeLessThanOrEqual(tenSecondsAfter)
  expect(load.wave).toBeLessThanOrEqual(3)
})

test('an outage that is over before the soft window ends: no user is without a token', () => {
  const short = { ...sceneOf('503'), durationMs: 60_000 }
  const load = play(short, { policy: POLICIES[0]!, browsers: 500, seed: 16 })
  expect(load).toMatchObject({ unservedRequests: 0, recoveryMs: 0 })
})
