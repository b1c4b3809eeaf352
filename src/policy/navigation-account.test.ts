import { expect, test } from 'vitest'
import { agreedAccount, navigationAccount, type OpenPage, UNKNOWN } from './navigation-account.ts'

const page = (url: string, account: OpenPage['account']): OpenPage => ({ url: `https://app.example${url}`, account })
const [ada, bob, nobody, silent] = [page('/', 'ada'), page('/', 'bob'), page('/', null), page('/', undefined)]
const report = page('/report', 'bob')

test.each([
  ['one page', [ada], 'ada'],
  ['two of one account', [ada, ada], 'ada'],
  ['pages that have chosen none', [nobody, nobody], undefined],
  ['two accounts', [ada, bob], UNKNOWN],
  ['an account and none', [ada, nobody], UNKNOWN],
  ['one that has not told', [ada, silent], UNKNOWN],
  ['only one that has not told', [silent], UNKNOWN],
  ['no page at all', [], UNKNOWN],
])('%s: what they agree on', (_, pages, account) => {
  expect(agreedAccount(pages)).toBe(account)
})

interface Row {
  readonly what: string
  readonly pages: readonly OpenPage[]
  readonly referrer?: string
  readonly isUnnamedSignedIn?: boolean
  readonly account: unknown
  /** The pages that are asked. */
  readonly ask?: readonly OpenPage[]
}

const rows: readonly Row[] = [
  { what: 'a link of one of two users', pages: [ada, report], referrer: '/report', account: 'bob' },
  { what: 'the referrer has no fragment', pages: [page('/#here', 'ada'), report], referrer: '/', account: 'ada' },
  {
    what: 'a link, though somebody is signed in without an account',
    pages: [ada, report],
    referrer: '/',
    isUnnamedSignedIn: true,
    account: 'ada',
  },
  {
    what: 'two users show the page with the link',
    pages: [ada, bob, report],
    referrer: '/',
    account: UNKNOWN,
    ask: [ada, bob],
  },
  { what: 'the page with the link is gone', pages: [ada], referrer: '/gone', account: 'ada' },
  { what: 'no referrer, one user', pages: [ada, page('/x', 'ada')], account: 'ada' },
  { what: 'no referrer, nobody has chosen', pages: [nobody], isUnnamedSignedIn: true, account: undefined },
  { what: 'no referrer, two users', pages: [ada, report], account: UNKNOWN, ask: [ada, report] },
  {
    what: 'no referrer, one user, and a new tab would go as another',
    pages: [ada],
    isUnnamedSignedIn: true,
    account: UNKNOWN,
    ask: [ada],
  },
  { what: 'no page is open', pages: [], account: UNKNOWN },
]

test.each(rows)('a navigation: $what', ({ pages, referrer, isUnnamedSignedIn = false, account, ask = [] }) => {
  const shown = referrer === undefined ? '' : `https://app.example${referrer}`
  expect(navigationAccount(pages, { referrer: shown, isUnnamedSignedIn })).toEqual({ account, ask })
})
