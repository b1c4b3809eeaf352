/** The results as tables: on the terminal, and in docs/bench.md. */
import { contender } from './contenders.ts'
import type { Burst, Results, Timing } from './results.ts'
import type { Spread } from './statistics.ts'

type Verdict = 'reached' | 'within the noise' | 'missed' | 'too noisy to say'

/** A run in which two equal workers differ by more than this has no meaning. */
const TOO_NOISY = 0.15

interface Judged {
  readonly ratio: Spread
  readonly verdict: Verdict
}

/**
 * Compares a ratio with its goal. A ratio that misses it by less than two runs of one contender differ is within the
 * noise.
 */
function verdictOf({ median }: Spread, goal: number, noise: number): Verdict {
  if (noise > TOO_NOISY) return 'too noisy to say'
  if (median <= goal) return 'reached'
  return median <= goal * (1 + noise) ? 'within the noise' : 'missed'
}

function judge({ rows, goal, noise, of = 'ours', within }: Timing): Judged | undefined {
  const ours = rows.find((row) => row.contender === of)
  if (ours && within) return { ratio: ours.ratio, verdict: within.over.median <= within.ms ? 'reached' : 'missed' }
  return ours && { ratio: ours.ratio, verdict: verdictOf(ours.ratio, goal, noise) }
}

/** Three digits, or all of those before the point. */
function number(value: number): string {
  if (value >= 100) return value.toFixed(0)
  return value.toFixed(value >= 10 ? 1 : 2)
}

const times = (value: number) => value.toFixed(value < 10 ? 2 : 1)
const spreadOf = ({ p25, median, p75 }: Spread) => `${times(median)} (${times(p25)} to ${times(p75)})`
const percent = (value: number) => `${(value * 100).toFixed(1)} %`
const bytes = (value: number) => `${(value / 1000).toFixed(0)} kB`
const range = ([least, most]: readonly [number, number]) => (least === most ? `${least}` : `${least} to ${most}`)

/** Rows of cells; the first row is the head. */
type Table = readonly (readonly string[])[]

const timingTable = ({ rows, unit }: Timing): Table => [
  ['', `median, ${unit}`, `p25, ${unit}`, 'ratio (p25 to p75 of rounds)', 'failed'],
  ...rows.map(({ contender: name, median, p25, ratio, failures }) => [
    contender(name).label,
    number(median),
    number(p25),
    spreadOf(ratio),
    String(failures),
  ]),
]

function timingNote(timing: Timing): string {
  const { goal, noise, rounds, samples, against } = timing
  const judged = judge(timing)
  const direct = (timing.direct ?? []).map(
    ({ against, goal, ratio }) =>
      ` Direct, to "${contender(against).label}": ${times(ratio.median)}, to reach ${goal.toFixed(2)}: ${verdictOf(ratio, goal, noise)}.`,
  )
  const { within } = timing
  if (within && judged)
    return `${rounds} rounds of ${samples}. With a vault it takes ${number(within.over.median)} ms (${number(within.over.p25)} to ${number(within.over.p75)}) more than "${contender(against).label}", to stay within ${within.ms} ms: ${judged.verdict}.`
  const taken = `${rounds} rounds of ${samples}; ratio to "${contender(against).label}".`
  const twins = ` Noise, by a floor that runs twice: ${percent(noise)}.`
  return `${taken}${twins}${judged ? ` Ours is to reach ${goal.toFixed(2)}: ${times(judged.ratio.median)}, ${judged.verdict}.` : ''}${direct.join('')}`
}

function burstTable({ rows }: NonNullable<Results['bursts']>): Table {
  const cells = (burst: Burst | undefined) =>
    burst
      ? [
          number(burst.ms.median),
          burst.ratio ? spreadOf(burst.ratio) : '',
          range(burst.refreshes),
          range(burst.failures),
        ]
      : ['–', '–', '–', '–']
  return [
    ['', 'token', 'ms', 'to good + refresh', 'refresh calls', 'failed'],
    ...rows.flatMap(({ contender: name, good, expired, refused }) => [
      [contender(name).label, 'good', ...cells(good)],
      ...(expired ? [['', 'expired', ...cells(expired)]] : []),
      ...(refused ? [['', 'refused', ...cells(refused)]] : []),
    ]),
  ]
}

function burstNote({ requests, tabs, rounds, refreshMs, noise, rows }: NonNullable<Results['bursts']>): string {
  const ours = rows.find((row) => row.contender === 'ours')
  const verdicts = (['expired', 'refused'] as const).flatMap((kind) => {
    const burst = ours?.[kind]
    if (!burst) return []
    const clean = burst.refreshes[1] === 1 && burst.failures[1] === 0
    return `${kind}: ${clean ? '1 refresh, 0 failures' : 'not 1 refresh and 0 failures'}, ${times(burst.ratio!.median)} × (${verdictOf(burst.ratio!, 1, noise)})`
  })
  return `${requests} requests at once over ${tabs} tabs, ${rounds} rounds; a refresh takes ${number(refreshMs)} ms at the server. Noise, by a good burst of a floor that runs twice: ${percent(noise)}. Ours is to make one call, to fail nobody, and to take no longer than a burst with a good token and the refresh: ${verdicts.join('; ')}.`
}

const heapTable = (heap: NonNullable<Results['heap']>): Table => [
  ['', 'what', 'kept', 'peak, with garbage'],
  ...heap.map(({ contender: name, direction, kept, peak }) => [
    contender(name).label,
    direction,
    bytes(kept),
    bytes(peak),
  ]),
]

const sizeTable = (sizes: NonNullable<Results['sizes']>): Table => [
  ['', 'minified', 'gzipped', 'goal'],
  ...sizes.map(({ title, minified, gzipped, goal }) => [
    title,
    kB(minified),
    kB(gzipped),
    goal ? `${kB(goal)}, ${gzipped <= goal ? 'reached' : 'missed'}` : '',
  ]),
]
const loadTable = (load: NonNullable<Results['load']>): Table => [
  ['', 'cold, ms', 'with a code cache, ms', 'ratio, cold', 'ratio, with a code cache'],
  ...load.map(({ build, cold, cached, ratio }) => [
    build,
    spreadOf(cold),
    spreadOf(cached),
    ratio ? spreadOf(ratio.cold) : '',
    ratio ? spreadOf(ratio.cached) : '',
  ]),
]

function loadNote(load: NonNullable<Results['load']>): string {
  const used = load.map(({ fromCache, loads }) => `${fromCache} of ${loads}`).join(', ')
  return `Median (p25 to p75) of the main thread's time to compile and run bearer-worker.js in a page that a worker covers, each in a new tab; ratios to this build, within a round. Loads with a code cache that had one: ${used}.`
}

const kB = (value: number) => `${(value / 1000).toFixed(1)} kB`

interface Section {
  readonly title: string
  readonly rows: Table
  readonly note: string
}

function sections({ timings, bursts, heap, load, sizes }: Results): Section[] {
  return [
    ...timings.map((timing) => ({ title: timing.title, rows: timingTable(timing), note: timingNote(timing) })),
    ...(heap
      ? [
          {
            title: 'The heap of the worker while 50 MB pass',
            rows: heapTable(heap),
            note: 'Heap and buffers, before and after, each after collecting garbage. Ours is to keep less than 1 MB.',
          },
        ]
      : []),
    ...(bursts
      ? [
          {
            title: `${bursts.requests.toLocaleString('en')} requests, ${bursts.tabs} tabs`,
            rows: burstTable(bursts),
            note: burstNote(bursts),
          },
        ]
      : []),
    ...(load ? [{ title: 'The page script at load', rows: loadTable(load), note: loadNote(load) }] : []),
    ...(sizes
      ? [{ title: 'Sizes', rows: sizeTable(sizes), note: 'Minified by the same minifier, gzipped at level 9.' }]
      : []),
  ]
}

export function table(results: Results): string {
  return sections(results)
    .map(({ title, rows, note }) => `${title}\n${aligned(rows)}\n${note}`)
    .join('\n\n')
}

function aligned(rows: Table): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
        .join('   '),
    )
    .join('\n')
}

export function markdown(results: Results): string {
  const { date, machine, versions, minutes } = results
  const overview: Table = [
    ['measure', 'ratio', 'compared with', 'goal', ''],
    ...results.timings.flatMap((timing) => {
      const judged = judge(timing)
      return judged
        ? [
            [
              timing.title,
              spreadOf(judged.ratio),
              contender(timing.against).label,
              timing.within ? `${timing.within.ms} ms more` : timing.goal.toFixed(2),
              judged.verdict,
            ],
          ]
        : []
    }),
    ...results.timings.flatMap(({ title, direct = [], noise }) =>
      direct.map(({ against, goal, ratio }) => [
        `${title}: direct`,
        spreadOf(ratio),
        contender(against).label,
        goal.toFixed(2),
        verdictOf(ratio, goal, noise),
      ]),
    ),
  ]
  return `# What it costs

Made by \`npm run bench\`, never by hand: ${date}, ${machine.cores} cores (${machine.processor}), ${machine.system}, load ${machine.load.before.toFixed(1)} before
and ${machine.load.after.toFixed(1)} after, ${minutes} minutes. ${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}.

Everybody runs in the same Chromium against the same server, each at an origin of its own, in rounds, in a new
random order for each round. Ratios are taken within a round. The floors run twice: what the two differ by, with its 95 % interval, is the noise. Medians
are of medians, p25 of the 25th percentiles; a smaller p25 with the same median says that the machine was busy.

${grid(overview)}

What they are:

- **no worker**: the page sets the header itself.
- **no worker, token in IndexedDB**: the page reads its token from IndexedDB when it is opened: the floor for a page that keeps it neither in localStorage nor in a worker.
- **pass-through worker**: answers every request with \`fetch(event.request)\`.
- **minimal injecting worker**: sets a constant token from memory; the floor for any worker. Twice.
- **with store and static routes**: reads its token from IndexedDB once at each start, and lets what needs none bypass it; the floor for a real one. Twice.
- **@axa-fr/oidc-client-service-worker**: as published, driven by its message protocol. It has no page client here, which refreshes by a timer; where the
  token has expired, the bench makes that one refresh call for it, at once.
- **Bearer Worker, with the OAuth part**: its session has \`authorizationServer\`, so that the worker imports \`bearer-worker.oauth.js\` at each start; only the start differs.
- **Bearer Worker, direct**: its session says \`"direct": true\`, so that the page authorizes its requests itself, and they do not pass the worker.
${
  results.timings.some(({ of }) => of === 'vault')
    ? '- **Bearer Worker, with a vault**: its session has `"vault"`, at another name of the same site, which refreshes and hands over its access tokens.\n'
    : ''
}- **axios + axios-auth-refresh**: as its README shows it. It knows no clock, so that an expired token is a refused one.

The server gives a refresh token once; one that comes again is refused, the new tokens stay good.

${sections(results)
  .map(({ title, rows, note }) => `## ${title}\n\n${grid(rows)}\n\n${note}`)
  .join('\n\n')}
`
}

function grid([head, ...rows]: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head!), line(head!.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n')
}
