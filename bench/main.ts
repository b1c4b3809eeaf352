import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, release, type as system } from 'node:os'
import { join } from 'node:path'
import { chromium as playwrightChromium } from '@playwright/test'
import { locate } from '../scripts/browsers.mjs'
import { buildPages, buildReadable, measureSizes } from './build.ts'
import { chart } from './chart.ts'
import { Chromium } from './chromium.ts'
import { measures } from './measures.ts'
import { profileWorker } from './profile.ts'
import { markdown, table } from './report.ts'
import type { Results, Timing } from './results.ts'
import { BenchServer } from './server.ts'
import { openTabs, quick, thorough } from './timing.ts'

export interface Options {
  readonly quick?: boolean
  readonly only?: string
  readonly profile?: boolean
  readonly render?: boolean
  /** Folder of another build, which `load` measures as well. */
  readonly beside?: string
}

const MEASURES = [...Object.keys(measures), 'sizes']

export async function main(root: string, options: Options): Promise<void> {
  const file = join(root, 'bench/results.json')
  if (options.render) return write(root, JSON.parse(readFileSync(file, 'utf8')) as Results)
  const only = options.only?.split(',') ?? MEASURES
  const unknown = only.filter((name) => !MEASURES.includes(name))
  if (unknown.length > 0)
    throw new Error(`There is no measure "${unknown.join('", "')}"; there are ${MEASURES.join(', ')}.`)

  const pages = join(root, '.cache/bench')
  rmSync(pages, { recursive: true, force: true })
  await buildPages(root, pages)
  if (options.profile) {
    const dist = join(pages, 'readable')
    await buildReadable(root, dist)
    return withBrowser({ root, pages, dist }, profileWorker)
  }

  const results = await measure(root, pages, options, only)
  console.log(`\n${table(results)}`)
  writeFileSync(join(pages, 'results.json'), JSON.stringify(results))
  if (options.quick || options.only || options.beside) return
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`)
  write(root, results)
  console.log('\nWritten: bench/results.json, docs/bench.md, docs/bench-light.svg, docs/bench-dark.svg')
}

async function measure(
  root: string,
  pages: string,
  { quick: isQuick, beside }: Options,
  only: readonly string[],
): Promise<Results> {
  const begun = performance.now()
  const before = loadavg()[0]!
  const sizes = only.includes('sizes') ? await measureSizes(root, pages) : undefined
  const dist = join(root, 'dist')
  const found = await withBrowser({ root, pages, dist }, async (chromium, server) => {
    const say = (text: string) =>
      console.log(`${((performance.now() - begun) / 60_000).toFixed(1).padStart(5)} min  ${text}`)
    const effort = isQuick ? quick : thorough
    const bench = { chromium, server, say, effort, tabs: await openTabs(chromium, server), dist, beside }
    const timings: Timing[] = []
    const run = async <T>(name: keyof typeof measures, measured: () => Promise<T>) =>
      only.includes(name) ? measured() : undefined
    for (const name of [
      'small',
      'flight',
      'other',
      'other-stopped',
      'first',
      'opened',
      'bodies',
      'cpu',
      'vault',
    ] as const) {
      const timing = await run(name, async () => measures[name](bench))
      if (timing) timings.push(...[timing].flat())
    }
    const heap = await run('heap', () => measures.heap(bench))
    const bursts = await run('bursts', () => measures.bursts(bench))
    const load = await run('load', () => measures.load(bench))
    const rest = { ...(bursts && { bursts }), ...(heap && { heap }), ...(load && { load }) }
    return { chromium: await chromium.version(), timings, ...rest }
  })
  const { chromium, ...rest } = found
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: {
      cores: cpus().length,
      processor: cpus()[0]?.model.trim() ?? 'unknown',
      system: `${system()} ${release().split('-')[0]}`,
      load: { before, after: loadavg()[0]! },
    },
    versions: {
      chromium,
      node: process.versions.node,
      ...versionsOf(root, ['bearer-worker', '@axa-fr/oidc-client-service-worker', 'axios', 'axios-auth-refresh']),
    },
    minutes: Math.round((performance.now() - begun) / 6_000) / 10,
    ...rest,
    ...(sizes && { sizes }),
  }
}

async function withBrowser<T>(
  places: { root: string; pages: string; dist: string },
  work: (chromium: Chromium, server: BenchServer) => Promise<T>,
): Promise<T> {
  const installation = locate('chromium')
  if (!installation) throw new Error('No chromium here: run npm test, or node scripts/ensure-browsers.mjs.')
  const server = await BenchServer.start(places)
  const chromium = new Chromium(
    installation.kind === 'system' ? installation.path : playwrightChromium.executablePath(),
  )
  try {
    return await work(chromium, server)
  } finally {
    await chromium.close()
    server.close()
  }
}

function write(root: string, results: Results): void {
  writeFileSync(join(root, 'docs/bench.md'), markdown(results))
  for (const scheme of ['light', 'dark'] as const)
    writeFileSync(join(root, `docs/bench-${scheme}.svg`), chart(results, scheme))
}

function versionsOf(root: string, packages: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    packages.map((name) => [
      name,
      JSON.parse(
        readFileSync(
          join(root, name === 'bearer-worker' ? 'package.json' : `node_modules/${name}/package.json`),
          'utf8',
        ),
      ).version as string,
    ]),
  )
}
