/** What a token endpoint may expect of the browsers during an outage of ten minutes, in multiples of its usual load, and what their users may expect. */
import type { Load } from './results.ts'

export interface Goal {
  readonly title: string
  readonly most: number
  readonly of: (load: Load) => number
}

export const GOALS: readonly Goal[] = [
  { title: 'load during the outage', most: 5, of: ({ during }) => during?.mean ?? Infinity },
  { title: 'its busiest ten seconds', most: 8, of: ({ during }) => during?.peak ?? Infinity },
  { title: 'load in the ten seconds after it', most: 4, of: ({ tenSecondsAfter }) => tenSecondsAfter },
  { title: 'highest wave in the lifetimes after it', most: 2.5, of: ({ wave }) => wave },
  { title: 'seconds until 95 % have a token again', most: 120, of: ({ recoveryMs }) => recoveryMs / 1000 },
]
