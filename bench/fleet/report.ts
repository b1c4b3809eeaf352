/** The results as people read them: on the terminal, and in docs/reliability.md. */
import { GOALS } from './goals.ts'
import type { Load, Results, SceneResult } from './results.ts'

type Table = readonly (readonly string[])[]

const times = (value: number) => (value < 10 ? value.toFixed(1) : value.toFixed(0))
const seconds = (ms: number) => (Number.isFinite(ms) ? `${Math.round(ms / 1000)} s` : '–')
const calls = (value: number) =>
  value < 10 ? value.toFixed(1) : Number(value.toPrecision(2)).toLocaleString('en', { maximumFractionDigits: 0 })
const percent = (share: number) => (share === 0 ? '0' : `${(share * 100).toFixed(share < 0.001 ? 2 : 1)} %`)

const LOAD_HEAD = ['during it (peak)', 'ten seconds after', 'highest wave later', '95 % have a token again after']

const loadCells = ({ during, tenSecondsAfter, wave, recoveryMs }: Load): readonly string[] => [
  during ? `${times(during.mean)} (${times(during.peak)})` : '–',
  // Nobody calls in the ten seconds after the sign-ins.
  tenSecondsAfter > 0 ? times(tenSecondsAfter) : '–',
  times(wave),
  seconds(recoveryMs),
]

const sceneTable = ({ title, rows }: SceneResult): Table => [
  [title, ...LOAD_HEAD, 'sessions lost'],
  ...rows.map(({ label, load }) => [label, ...loadCells(load), percent(load.lostSessions)]),
]

/** Without sessions lost: only the server that rotates can end one here. */
const allScenes = ({ scenes }: Results): Table => [
  ['', '', ...LOAD_HEAD],
  ...scenes.flatMap(({ title, rows }) =>
    rows.map(({ label, load }, i) => [i === 0 ? title : '', label, ...loadCells(load)]),
  ),
]

const FLEETS = [1_000, 20_000, 100_000, 1_000_000]

/** Browsers do not know of one another, so that loads grow as their number does. */
function byUsers({ scenes, usualOfOne }: Results): Table {
  const loadOf = (name: string) =>
    scenes.find((scene) => scene.name === name)?.rows.find(({ policy }) => policy === 'ours')?.load
  const [outage, revoked, nine] = [loadOf('503'), loadOf('revoked'), loadOf('nine')]
  if (!outage || !revoked || !nine) return []
  return [
    [
      'browsers',
      'usual',
      'outage: busiest ten seconds',
      'ten seconds after it',
      'highest wave later',
      "nine o'clock",
      'every token revoked at once',
    ],
    ...FLEETS.map((browsers) => [
      browsers.toLocaleString('en'),
      ...[
        1,
        outage.during?.peak ?? 0,
        outage.tenSecondsAfter,
        outage.wave,
        nine.during?.peak ?? 0,
        revoked.tenSecondsAfter,
      ].map((multiple) => calls(multiple * usualOfOne * browsers)),
    ]),
  ]
}

const graceTable = ({ graces }: Results): Table => [
  ['grace', '5 % of the answers are lost', 'answers take 4 to 14 s'],
  ...graces.map(({ graceSeconds, lost }) => [
    graceSeconds === 0 ? 'none' : `${graceSeconds} s`,
    percent(lost['lossy'] ?? 0),
    percent(lost['slow'] ?? 0),
  ]),
]

export function terminal(results: Results): string {
  const { browsers, seed, scenes, usualOfOne } = results
  return [
    `${browsers.toLocaleString('en')} browsers, seed ${seed}; a request every 10 s, tokens of 10 minutes. The usual load is ${calls(usualOfOne * browsers)} calls a second.`,
    'Loads are in multiples of the usual load of the same fleet.',
    ...scenes.map((scene) => plain(sceneTable(scene))),
    `A million browsers, by scaling; calls of the token endpoint a second\n${plain(byUsers(results))}`,
    `Sessions lost to a server that rotates, in ten minutes of trouble, by its grace\n${plain(graceTable(results))}`,
    goals(results),
  ].join('\n\n')
}

/** Whether the outage by 503 is as kind as it has to be. */
function goals({ scenes }: Results): string {
  const load = scenes.find(({ name }) => name === '503')?.rows.find(({ policy }) => policy === 'ours')?.load
  if (!load) return ''
  const judged = GOALS.map(
    ({ title, most, of }) => `${of(load) <= most ? '✔' : '✘'} ${title}: ${times(of(load))} ≤ ${most}`,
  )
  return `Goals\n${judged.join('\n')}`
}

/** The page with the tables in place of the old ones. */
export function documented(page: string, results: Results): string {
  const { browsers, seed } = results
  const tables = {
    scenes: `${markdown(allScenes(results))}\n\n${browsers.toLocaleString('en')} browsers in the first row, smaller fleets in the others, since loads are multiples; seed ${seed}.`,
    users: markdown(byUsers(results)),
    graces: markdown(graceTable(results)),
  }
  return Object.entries(tables).reduce((text, [name, table]) => {
    const place = new RegExp(`(<!-- fleet: ${name} -->\n)[^]*?(<!-- /fleet -->)`)
    if (!place.test(text)) throw new Error(`docs/reliability.md has no place for the table "${name}".`)
    return text.replace(place, (_, begin: string, end: string) => `${begin}${table}\n${end}`)
  }, page)
}

function markdown([head = [], ...rows]: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const isWord = (column: number) => rows.some((row) => /[a-z]{3}/i.test(row[column] ?? ''))
  return [line(head), line(head.map((_, column) => (isWord(column) ? '---' : '---:'))), ...rows.map(line)].join('\n')
}

function plain(rows: Table): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
    .join('\n')
}
