/** What the page's own lane gives a token to, with sessions that are in its memory already. */
import 'urlpattern-polyfill'
import { beforeEach, expect, test, vi } from 'vitest'
import { matchRulesOf } from '../../engine/match-rules.ts'
import { Matcher } from '../../engine/matcher.ts'
import type { Hello, MatchRules } from '../../protocol.ts'
import type { DirectLane as Lane, Listed, Permit } from './lane.ts'

const BASE = 'https://app.example'
const API = 'https://api.example/rows'
const page = vi.hoisted(() => ({ account: undefined as string | undefined, generation: 1 }))

vi.mock('./hint.ts', () => ({ readHint: () => 'no routes', writeHint: () => {} }))
vi.mock('../tab-account.ts', () => ({
  tabAccount: () => page.account,
  onAccountChange: () => {},
  isAccountUntold: () => false,
}))
vi.mock('./stored-sessions.ts', () => ({
  StoredSessions: class {
    begin = async () => ({ rules: [rules], matcher: new Matcher([rules], BASE) })
    use = () => {}
    read = async () => this.cached
    get cached() {
      const { generation } = page
      const record = { version: 1, epoch: 1, generation, state: 'active', accessToken: `at-${generation}` }
      return new Map([['main', { record, endpoints: [] }]])
    }
  },
}))

const rules: MatchRules = {
  ...matchRulesOf('main', { resources: ['/api/*', 'https://api.example/*'] }),
  direct: { statuses: [401], errorCodes: [], maxReplayBytes: 1, refreshBy: 'refresh-token' },
}

async function newLane(): Promise<Lane> {
  vi.stubGlobal('self', { origin: BASE })
  vi.stubGlobal('location', { origin: BASE })
  vi.stubGlobal('addEventListener', () => {})
  const { DirectLane } = await import('./lane.ts')
  const views = { get: () => undefined }
  const lane = new DirectLane({ configuration: '/bearer-worker.json', views: views as never, tell: () => {} })
  await lane.beginning
  return lane
}

beforeEach(() => void Object.assign(page, { account: undefined, generation: 1 }))

test('a rule that was stored gives no token to another origin, until whoever covers the page has confirmed it', async () => {
  const lane = await newLane()
  expect(lane.look(`${BASE}/api/rows`)).toMatchObject({ rules: { session: 'main' } })
  expect(lane.look(API)).toBeUndefined()
  lane.know({ by: 'worker', hello: { version: '', sessions: [], rules: [rules] } as Hello, sendHere: undefined })
  expect(lane.look(API)).toMatchObject({ rules: { session: 'main' } })
})

test.each([
  ['the same account has a newer token', 'ada', 2, 'Bearer at-2'],
  ['the same account has no newer token', 'ada', 1, undefined],
  ['the tab has chosen another account meanwhile', 'bob', 2, undefined],
  ['the tab has chosen none meanwhile', undefined, 2, undefined],
])('what is sent after a refusal: %s', async (_, account, generation, expected) => {
  const lane = await newLane()
  const url = `${BASE}/api/rows`
  page.account = 'ada'
  const permit = lane.permit(lane.look(url) as Listed, url) as Permit
  expect(permit).toMatchObject({ credentials: 'Bearer at-1', named: { account: 'ada' } })
  Object.assign(page, { account, generation })
  expect((await lane.successorOf(permit, url))?.permit.credentials).toBe(expected)
})
