/** What the token endpoint of a fleet sees, second by second, and how its users fare. */
import type { At } from './servers.ts'

const SECOND = 1000
/** Load is looked at in windows: what a server has to stand for longer than a queue evens out. */
const WINDOW_SECONDS = 10

export class Tally {
  readonly #from: At
  readonly #calls: Float64Array
  #unserved = 0
  readonly #recoveries: number[] = []
  #lost = 0

  constructor(from: At, until: At) {
    this.#from = from
    this.#calls = new Float64Array(Math.ceil((until - from) / SECOND) + 60)
  }

  call(at: At): void {
    const second = Math.floor((at - this.#from) / SECOND)
    this.#calls[second] = (this.#calls[second] ?? 0) + 1
  }

  /** A request got no answer, or a refusal. */
  unserved(): void {
    this.#unserved++
  }

  recovered(afterMs: number): void {
    this.#recoveries.push(afterMs)
  }

  /** A session ended. */
  lost(): void {
    this.#lost++
  }

  get lostSessions(): number {
    return this.#lost
  }

  get unservedRequests(): number {
    return this.#unserved
  }

  /** Calls a second, between two points in time. */
  mean(from: At, until: At): number {
    return this.#windows(from, until, (until - from) / SECOND)[0] ?? 0
  }

  /** The busiest ten seconds between two points in time, in calls a second. */
  peak(from: At, until: At): number {
    return Math.max(0, ...this.#windows(from, until, WINDOW_SECONDS))
  }

  /** Calls a second, for windows of ten seconds one after the other. */
  series(from: At, until: At): readonly number[] {
    return this.#windows(from, until, WINDOW_SECONDS).filter((_, i) => i % WINDOW_SECONDS === 0)
  }

  /** ms after the disturbance within which this share of `browsers` had a token again. */
  recoveryMs(share: number, browsers: number): number {
    const sorted = this.#recoveries.toSorted((a, b) => a - b)
    return sorted[Math.ceil(share * browsers) - 1] ?? Infinity
  }

  #windows(from: At, until: At, seconds: number): number[] {
    const [first, last] = [from, until].map((at) => Math.floor((at - this.#from) / SECOND)) as [number, number]
    let sum = 0
    const means: number[] = []
    for (let second = first; second < last; second++) {
      sum += this.#calls[second] ?? 0
      if (second >= first + seconds) sum -= this.#calls[second - seconds] ?? 0
      if (second >= first + seconds - 1) means.push(sum / seconds)
    }
    return means
  }
}
