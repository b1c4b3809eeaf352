/** What bench/fleet/results.json holds. Loads are in multiples of the same fleet's usual load. */
import type { PolicyName } from './policies.ts'
import type { Played } from './scenes.ts'

export type Load = Omit<Played, 'usual' | 'series'>

export interface FleetResult {
  readonly policy: PolicyName
  readonly label: string
  readonly load: Load
}

export interface SceneResult {
  readonly name: string
  readonly title: string
  readonly rows: readonly FleetResult[]
}

export interface Line {
  readonly policy: PolicyName
  readonly label: string
  /** One value for ten seconds. */
  readonly series: readonly number[]
}

export interface GraceResult {
  readonly graceSeconds: number
  /** Share of all sessions that ended, by scene. */
  readonly lost: Readonly<Record<string, number>>
}

export interface Results {
  readonly seed: number
  readonly browsers: number
  /** Calls of the token endpoint a second, for one browser of Bearer Worker. */
  readonly usualOfOne: number
  readonly scenes: readonly SceneResult[]
  /** The load over time in the first scene. */
  readonly lines: readonly Line[]
  readonly graces: readonly GraceResult[]
}
