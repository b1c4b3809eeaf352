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
    invalidate = () => {}
    read = async () => this.cached
    get cached() {
      const { generation } = page
      const record = { version: 1, epoch: 1, generation, state: 'active', accessToken: `at-${generation}` }
      return new Map([['main', { record, endpoints: [] }]])
    }
  },
}))

const rules: MatchRules = {
  ...matchRulesOf('main', { resources: ['/api/*', 'https://api.example/*', '/api/:name/rows'] }),
  direct: { statuses: [401], errorCodes: [], maxReplayBytes: 1, refreshBy: 'refresh-token' },
}

async function newLane(): Promise<Lane> {
  // As in a page: what decides is noted when the script runs.
  vi.stubGlobal('window', globalThis)
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

type Member = readonly [name: string, owner: object, key: PropertyKey]
type Returned = (self: unknown, args: readonly unknown[]) => unknown

const OWNERS: Readonly<Record<string, object>> = {
  Array: Array.prototype,
  'array iterator': Object.getPrototypeOf([].values()) as object,
  String: String.prototype,
  'string iterator': Object.getPrototypeOf(''[Symbol.iterator]()) as object,
  RegExp: RegExp.prototype,
  Map: Map.prototype,
  Set: Set.prototype,
  Function: Function.prototype,
  'all objects': Object.prototype,
  Object,
  JSON,
  URL: URL.prototype,
  URLPattern: URLPattern.prototype,
}

/** What a replaced member returns in place of the browser's own. */
const RETURNED: Readonly<Record<string, Returned>> = {
  true: () => true,
  false: () => false,
  0: () => 0,
  'the first, where there is one': (self) => (Array.isArray(self) && self.length > 0 ? 0 : -1),
  'no text': () => '',
  nothing: () => undefined,
  itself: (self) => self,
  'its argument': (_, args) => args[0],
  'a listed URL': () => `${BASE}/api/rows`,
  'its rules': () => rules,
}

const membersOf = ([name, owner]: readonly [string, object]): readonly Member[] =>
  Reflect.ownKeys(owner)
    .filter((key) => Reflect.getOwnPropertyDescriptor(owner, key)!.configurable && key !== 'constructor')
    .map((key) => [name, owner, key])

/** Runs with a member that returns something else. One that is called again and again must not keep the test from its end. */
function replaced<T>([, owner, key]: Member, returned: Returned, run: () => T): T | undefined {
  const before = Reflect.getOwnPropertyDescriptor(owner, key)
  let calls = 0
  const other = function (this: unknown, ...args: unknown[]) {
    if (++calls > 100) throw 'endless'
    return returned(this, args)
  }
  Reflect.defineProperty(owner, key, {
    configurable: true,
    ...(before && !before.get ? { value: other, writable: true } : { get: other }),
  })
  try {
    return run()
  } catch {
    return undefined
  } finally {
    if (before) Reflect.defineProperty(owner, key, before)
    else Reflect.deleteProperty(owner, key)
  }
}

test('no member that a script replaces, or adds to all objects, makes another URL get the token', async () => {
  const lane = await newLane()
  lane.know({ by: 'worker', hello: { version: '', sessions: [], rules: [rules] } as Hello, sendHere: undefined })
  const foreign = 'https://foreign.example/rows'
  const added = ['api', 'capture', 'direct', 'session', 'kind', 'authorize', 'rules', 'get', 'value']
  const members = [
    ...Object.entries(OWNERS).flatMap(membersOf),
    ...added.map((key): Member => ['all objects, added', Object.prototype, key]),
  ]
  const given = new Set<string>()
  for (const member of members)
    for (const [what, returned] of Object.entries(RETURNED)) {
      const permit = replaced(member, returned, () => {
        const listed = lane.look(foreign)
        return typeof listed === 'object' ? lane.permit(listed, foreign) : undefined
      })
      if (permit) given.add(`${member[0]}: ${String(member[2])} returns ${what}`)
    }
  expect([...given]).toEqual([])
  expect(lane.look(foreign)).toBeUndefined()
  expect(lane.look(`${BASE}/api/rows`)).toMatchObject({ rules: { session: 'main' } })
})
