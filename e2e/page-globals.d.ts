/** The globals of the script tag, for functions that specs run in a page. */
import type { BearerWorker } from '../src/page/index.ts'

declare global {
  var bearerWorker: BearerWorker
  /** From `early.html`: the statuses of the requests that it makes while it is parsed. */
  var early: Promise<readonly number[]>
}
