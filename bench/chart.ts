/** The chart of the README: four panels of bars, readable at 700 px. */
import type { Name } from './contenders.ts'
import type { Results } from './results.ts'

export interface Palette {
  readonly text: string
  readonly quiet: string
  readonly line: string
  readonly bar: string
  readonly ours: string
  readonly bad: string
}

/** For GitHub's light and dark themes; the contrast of every text is at least 4.5 : 1. */
export const palettes: Readonly<Record<'light' | 'dark', Palette>> = {
  light: { text: '#1f2328', quiet: '#59636e', line: '#d1d9e0', bar: '#b7bfc8', ours: '#0a6cff', bad: '#b3261e' },
  dark: { text: '#f0f6fc', quiet: '#9198a1', line: '#3d444d', bar: '#59636e', ours: '#4c9dff', bad: '#ff7b72' },
}

const LABELS: readonly (readonly [Name, string])[] = [
  ['none', 'no worker'],
  ['inject', 'minimal worker'],
  ['store', 'minimal + store'],
  ['ours', 'Bearer Worker'],
  ['axa', 'AXA OIDC worker'],
  ['axios', 'axios + refresh'],
]

interface Bar {
  readonly name: Name
  readonly label: string
  /** The length of the bar; 0 is allowed for a bar that reports a failure. */
  readonly value: number
  readonly words: string
  readonly bad?: boolean
}

interface Panel {
  readonly title: string
  readonly subtitle: string
  readonly bars: readonly Bar[]
}

const WIDTH = 700
const MARGIN = 4
const GAP = 36
const COLUMN = (WIDTH - 2 * MARGIN - GAP) / 2
const LABEL = 112
const WORDS = 62
const ROW = 24
const BAR = 14
const HEAD = 50

export function chart(results: Results, scheme: 'light' | 'dark'): string {
  const palette = palettes[scheme]
  const panels = panelsOf(results)
  const rows = [0, 1].map((row) => Math.max(0, ...panels.slice(row * 2, row * 2 + 2).map(({ bars }) => bars.length)))
  const tops = [6, 6 + HEAD + rows[0]! * ROW + 22]
  const height = tops[1]! + HEAD + rows[1]! * ROW + 34
  const { machine, versions, date } = results
  const footer = `Medians, Chromium ${versions['chromium']?.split('.')[0]}, ${machine.cores} cores, one local server, ${date}. Shorter is better. All figures: docs/bench.md`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title desc" font-family="-apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif">
<title id="title">What Bearer Worker costs, beside what you could use instead</title>
<desc id="desc">${escapeXml(panels.map(({ title, bars }) => `${title}: ${bars.map(({ label, words }) => `${label} ${words}`).join(', ')}.`).join(' '))}</desc>
${panels.map((panel, i) => drawPanel(panel, MARGIN + (i % 2) * (COLUMN + GAP), tops[Math.floor(i / 2)]!, palette)).join('\n')}
<text x="${MARGIN}" y="${height - 8}" font-size="11" fill="${palette.quiet}">${escapeXml(footer)}</text>
</svg>
`
}

function drawPanel({ title, subtitle, bars }: Panel, x: number, y: number, palette: Palette): string {
  const longest = Math.max(1e-9, ...bars.map(({ value }) => value))
  const room = COLUMN - LABEL - WORDS
  const lines = bars.map(({ name, label, value, words, bad }, i) => {
    const top = y + HEAD + i * ROW
    const middle = top + BAR / 2 + 4
    const length = (value / longest) * room
    const isOurs = name === 'ours'
    const othersFill = bad ? palette.bad : palette.bar
    const fill = isOurs ? palette.ours : othersFill
    const bar =
      length > 0
        ? `<rect x="${x + LABEL}" y="${top}" width="${round(Math.max(length, 1))}" height="${BAR}" rx="2" fill="${fill}"/>`
        : ''
    const weight = isOurs ? ' font-weight="600"' : ''
    return `<text x="${x + LABEL - 8}" y="${middle}" font-size="12" text-anchor="end" fill="${isOurs ? palette.text : palette.quiet}"${weight}>${escapeXml(label)}</text>${bar}<text x="${round(x + LABEL + (length > 0 ? length + 6 : 4))}" y="${middle}" font-size="12" fill="${bad ? palette.bad : palette.text}"${weight}>${escapeXml(words)}</text>`
  })
  return `<g>
<text x="${x}" y="${y + 14}" font-size="14" font-weight="600" fill="${palette.text}">${escapeXml(title)}</text>
<text x="${x}" y="${y + 32}" font-size="12" fill="${palette.quiet}">${escapeXml(subtitle)}</text>
<line x1="${x + LABEL - 0.5}" y1="${y + HEAD - 5}" x2="${x + LABEL - 0.5}" y2="${y + HEAD + bars.length * ROW - 5}" stroke="${palette.line}"/>
${lines.join('\n')}
</g>`
}

function panelsOf(results: Results): Panel[] {
  return [
    timingPanel(results, {
      name: 'small',
      title: 'A small request with a token',
      subtitle: 'one after the other',
      floor: 'inject',
    }),
    timingPanel(results, {
      name: 'other-stopped',
      title: 'A request that needs no token',
      subtitle: 'while the worker sleeps',
      floor: 'inject',
    }),
    timingPanel(results, {
      name: 'first',
      title: 'The first request with a token',
      subtitle: 'wakes the worker up, which reads its store',
      floor: 'store',
    }),
    burstPanel(results),
  ]
}

interface TimingPanel {
  readonly name: string
  readonly title: string
  readonly subtitle: string
  /** The minimal worker that the others are compared with; the other minimal worker is left out. */
  readonly floor: Name
}

function timingPanel({ timings }: Results, { name, title, subtitle, floor }: TimingPanel): Panel {
  const rows = timings.find((timing) => timing.name === name)?.rows ?? []
  const bars = LABELS.flatMap(([contender, label]): Bar[] => {
    const row = rows.find((each) => each.contender === contender)
    if (!row || (['inject', 'store'].includes(contender) && contender !== floor)) return []
    return row.failures > 0
      ? [{ name: contender, label, value: 0, words: 'fails: its tokens are gone', bad: true }]
      : [{ name: contender, label, value: row.median, words: `${row.median.toFixed(1)} ms` }]
  })
  return { title, subtitle, bars }
}

function burstPanel({ bursts }: Results): Panel {
  const bars = LABELS.flatMap(([contender, label]): Bar[] => {
    const refused = bursts?.rows.find((row) => row.contender === contender)?.refused
    if (!refused) return []
    const [, failures] = refused.failures
    const [, refreshes] = refused.refreshes
    const calls = `${refreshes} refresh${refreshes === 1 ? '' : 'es'}`
    return [
      {
        name: contender,
        label,
        value: failures,
        words: failures > 0 ? `${failures}` : `none, ${calls}`,
        bad: failures > 0,
      },
    ]
  })
  return {
    title: 'Requests that fail once a token is refused',
    subtitle: `of ${bursts?.requests.toLocaleString('en') ?? 0} at once, over ${bursts?.tabs ?? 0} tabs`,
    bars,
  }
}

export const round = (value: number) => Math.round(value * 10) / 10
export const escapeXml = (text: string) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
