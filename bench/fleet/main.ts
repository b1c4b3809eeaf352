import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chart } from './chart.ts'
import { POLICIES, type Policy, type PolicyName } from './policies.ts'
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
/** Loads are multiples, so that a smaller fleet shows the same, less exactly: enough where no goal is set, and for those that we are compared with. */
const PART_WITHOUT_GOALS = 4
const PART_OF_OTHERS = 10
const GRACES_SECONDS = [0, 5, 10, 30, 60]

export function main(root: string, options: Options): void {
  const file = join(root, 'bench/fleet/results.json')
  if (options.render) {
    write(root, JSON.parse(readFileSync(file, 'utf8')) as Results)
    return
  }
  const seed = numberOf('seed', options.seed, SEED)
  const browsers = numberOf('browsers', options.browsers, BROWSERS)
  const results = simulate(seed, browsers, scenesOf(options.only))
  console.log(terminal(results))
  if (options.browsers || options.seed || options.only) return
  const text = JSON.stringify(results, rounded)
  writeFileSync(file, `${text}\n`)
  write(root, JSON.parse(text) as Results)
  console.log('\nWritten: bench/fleet/results.json, docs/reliability.md, docs/fleet-light.svg, docs/fleet-dark.svg')
}

function numberOf(option: string, text: string | undefined, usual: number): number {
  if (text === undefined) return usual
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`--${option} wants a whole number above 0, not "${text}".`)
  return Number(text)
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
  /** Calls a second of one browser. */
  const usual = new Map<PolicyName, number>()
  const lines: Line[] = []
  const rowOf = (scene: Scene, policy: Policy): FleetResult => {
    const { name, label } = policy
    const fleet = fleetOf(policy, scene, { seed, browsers })
    const played = play(scene, fleet)
    if (!usual.has(name)) usual.set(name, (played.usual || usualOf(fleet)) / fleet.browsers)
    // Who signs in at nine was not there before: the usual load is that of the other scenes.
    const { series, ...load } = inMultiples(played, played.usual || usual.get(name)! * fleet.browsers)
    if (scene === scenes[0]) lines.push({ policy: name, label, series })
    return { policy: name, label, load }
  }
  const results = scenes.map((scene): SceneResult => {
    const { name, title } = scene
    return { name, title, rows: POLICIES.map((policy) => rowOf(scene, policy)) }
  })
  const graces = GRACES_SECONDS.map((graceSeconds) =>
    lostBy(graceSeconds, { policy: POLICIES[0]!, seed, browsers: Math.ceil(browsers / PART_WITHOUT_GOALS) }),
  )
  return { seed, browsers, usualOfOne: usual.get('ours') ?? 0, scenes: results, lines, graces }
}

function fleetOf(policy: Policy, scene: Scene, { seed, browsers }: Omit<Fleet, 'policy'>): Fleet {
  const part = scene === SCENES[0] ? 1 : PART_WITHOUT_GOALS
  return { policy, seed, browsers: Math.ceil(browsers / (policy.name === 'ours' ? part : PART_OF_OTHERS)) }
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
