import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chart } from './chart.ts'
import { POLICIES, type Policy } from './policies.ts'
import { documented, terminal } from './report.ts'
import type { FleetResult, GraceResult, Line, Results, SceneResult } from './results.ts'
import { graceScenes, inMultiples, play, SCENES, type Fleet, type Scene } from './scenes.ts'

export interface Options {
  readonly browsers?: string
  readonly seed?: string
  readonly only?: string
  readonly render?: boolean
}

const BROWSERS = 20_000
const SEED = 16
/** Those that we are compared with: less exact is exact enough, since loads are multiples. */
const OTHERS_PART = 4
const GRACES_SECONDS = [0, 5, 10, 30, 60]

export function main(root: string, options: Options): void {
  const file = join(root, 'bench/fleet/results.json')
  if (options.render) return write(root, JSON.parse(readFileSync(file, 'utf8')) as Results)
  const isFull = !options.browsers && !options.seed && !options.only
  const results = simulate(Number(options.seed ?? SEED), Number(options.browsers ?? BROWSERS), scenesOf(options.only))
  console.log(terminal(results))
  if (!isFull) return
  writeFileSync(file, `${JSON.stringify(results, rounded)}\n`)
  write(root, results)
  console.log('\nWritten: bench/fleet/results.json, docs/reliability.md, docs/fleet-light.svg, docs/fleet-dark.svg')
}

function scenesOf(only: string | undefined): readonly Scene[] {
  const names = only?.split(',') ?? SCENES.map(({ name }) => name)
  const unknown = names.filter((name) => !SCENES.some((scene) => scene.name === name))
  if (unknown.length > 0)
    throw new Error(
      `There is no scene "${unknown.join('", "')}"; there are ${SCENES.map(({ name }) => name).join(', ')}.`,
    )
  return SCENES.filter(({ name }) => names.includes(name))
}

function simulate(seed: number, browsers: number, scenes: readonly Scene[]): Results {
  const fleetOf = (policy: Policy): Fleet => ({
    policy,
    seed,
    browsers: policy.name === 'ours' ? browsers : Math.ceil(browsers / OTHERS_PART),
  })
  const usual = new Map<Policy, number>()
  const lines: Line[] = []
  const playAll = (scene: Scene): SceneResult => ({
    name: scene.name,
    title: scene.title,
    rows: POLICIES.map((policy): FleetResult => {
      const fleet = fleetOf(policy)
      const played = play(scene, fleet)
      // Who signs in at nine was not there before: the usual load is that of the other scenes.
      const calls = played.usual || usual.get(policy) || usualOf(fleet)
      usual.set(policy, calls)
      const { series, ...load } = inMultiples(played, calls)
      const { name, label } = policy
      if (scene === scenes[0]) lines.push({ policy: name, label, series })
      return { policy: name, label, load }
    }),
  })
  const results = scenes.map(playAll)
  const [ours] = POLICIES
  const graces = GRACES_SECONDS.map((graceSeconds) =>
    lostBy(graceSeconds, { ...fleetOf(ours!), browsers: browsers / 4 }),
  )
  return { seed, browsers, usualOfOne: (usual.get(ours!) ?? 0) / browsers, scenes: results, lines, graces }
}

/** Of a fleet that was not there before its scene. */
const usualOf = (fleet: Fleet): number => play(SCENES.find(({ revokes }) => revokes)!, fleet).usual

function lostBy(graceSeconds: number, fleet: Fleet): GraceResult {
  const lost = graceScenes(graceSeconds * 1000).map((scene) => [scene.name, play(scene, fleet).lostSessions])
  return { graceSeconds, lost: Object.fromEntries(lost) as Record<string, number> }
}

function write(root: string, results: Results): void {
  const page = join(root, 'docs/reliability.md')
  writeFileSync(page, documented(readFileSync(page, 'utf8'), results))
  for (const scheme of ['light', 'dark'] as const)
    writeFileSync(join(root, `docs/fleet-${scheme}.svg`), chart(results, scheme))
}

/** Four digits say enough, and a run of the same seed writes the same file. */
const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value)
