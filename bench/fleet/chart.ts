/** The chart of docs/reliability.md: the load of the token endpoint over time, readable at 700 px. */
import { escapeXml as escaped, palettes, round, type Palette } from '../chart.ts'
import type { PolicyName } from './policies.ts'
import type { Line, Results } from './results.ts'
import { SERIES_FROM } from './scenes.ts'

const WIDTH = 700
const HEIGHT = 330
const LEFT = 44
const RIGHT = 10
const TOP = 66
const BOTTOM = 50
const MINUTE = 60_000
const OUTAGE_MINUTES = 10
const LAST_MINUTE = 32
/** The scale is logarithmic: what a server stands and what it does not are 20 times apart. */
const LEAST = 0.5
const MOST = 80
const STEPS = [1, 2, 5, 10, 20, 50]

const x = (minute: number) => {
  const first = SERIES_FROM / MINUTE
  return round(LEFT + ((minute - first) / (LAST_MINUTE - first)) * (WIDTH - LEFT - RIGHT))
}
const y = (multiple: number) => {
  const share = Math.log(Math.max(multiple, LEAST) / LEAST) / Math.log(MOST / LEAST)
  return round(HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP))
}

/** Back to front. */
const ORDER: readonly PolicyName[] = ['interceptor', 'before', 'ours']

export function chart({ lines, browsers, scenes, seed }: Results, scheme: 'light' | 'dark'): string {
  const palette = palettes[scheme]
  const colour = { interceptor: palette.bad, before: palette.quiet, ours: palette.ours }
  const drawn = ORDER.flatMap((name) => lines.filter(({ policy }) => policy === name))
  const footer = `Simulated with the rules of src/policy: ${browsers.toLocaleString('en')} browsers, tokens of 10 minutes, seed ${seed}. All figures: npm run fleet`
  const words = scenes[0]?.rows.map(
    ({ label, load }) => `${label}: ${load.during?.mean.toFixed(1)} × during the outage`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title desc" font-family="-apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif">
<title id="title">What a token endpoint sees of all browsers when it is out for ten minutes</title>
<desc id="desc">${escaped(`${words?.join('; ')}.`)}</desc>
<text x="4" y="20" font-size="14" font-weight="600" fill="${palette.text}">A token endpoint that answers 503 for ten minutes</text>
<text x="4" y="38" font-size="12" fill="${palette.quiet}">its load, in multiples of the usual one (logarithmic scale)</text>
${frame(palette)}
${drawn.map((line) => drawLine(line, colour[line.policy])).join('\n')}
${legend(drawn, colour, palette)}
<text x="4" y="${HEIGHT - 8}" font-size="11" fill="${palette.quiet}">${escaped(footer)}</text>
</svg>
`
}

function frame({ line, quiet }: Palette): string {
  const grid = STEPS.map(
    (step) =>
      `<line x1="${LEFT}" y1="${y(step)}" x2="${WIDTH - RIGHT}" y2="${y(step)}" stroke="${line}"${step === 1 ? '' : ' stroke-dasharray="2 3"'}/><text x="${LEFT - 6}" y="${y(step) + 4}" font-size="11" text-anchor="end" fill="${quiet}">${step} ×</text>`,
  )
  const floor = `<text x="${LEFT - 6}" y="${y(LEAST) + 4}" font-size="11" text-anchor="end" fill="${quiet}">≤ ${LEAST}</text>`
  const minutes = [0, 10, 20, 30].map(
    (minute) =>
      `<text x="${x(minute)}" y="${HEIGHT - BOTTOM + 16}" font-size="11" text-anchor="middle" fill="${quiet}">${minute === 0 ? '0' : `${minute} min`}</text>`,
  )
  return `<rect x="${x(0)}" y="${TOP}" width="${round(x(OUTAGE_MINUTES) - x(0))}" height="${HEIGHT - BOTTOM - TOP}" fill="${line}" fill-opacity="0.45"/>
<text x="${round((x(0) + x(OUTAGE_MINUTES)) / 2)}" y="${HEIGHT - BOTTOM - 7}" font-size="11" text-anchor="middle" fill="${quiet}">outage</text>
${grid.join('\n')}
${floor}
${minutes.join('\n')}`
}

function drawLine({ policy, series }: Line, colour: string): string {
  const points = series.flatMap((multiple, i) => {
    const minute = (SERIES_FROM + (i + 0.5) * 10_000) / MINUTE
    return minute <= LAST_MINUTE ? [`${x(minute)},${y(multiple)}`] : []
  })
  return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="${policy === 'ours' ? 2.5 : 1.5}" stroke-linejoin="round"/>`
}

/** Front to back, in one row above the lines. */
function legend(lines: readonly Line[], colour: Readonly<Record<PolicyName, string>>, palette: Palette): string {
  const places = [4, 146, 420]
  return [...lines]
    .reverse()
    .map(({ policy, label }, i) => {
      const weight = policy === 'ours' ? ' font-weight="600"' : ''
      return `<line x1="${places[i]}" y1="54" x2="${places[i]! + 18}" y2="54" stroke="${colour[policy]}" stroke-width="${policy === 'ours' ? 2.5 : 1.5}"/><text x="${places[i]! + 24}" y="58" font-size="12" fill="${palette.text}"${weight}>${escaped(label)}</text>`
    })
    .join('\n')
}
