/** What the script tag gives a page; for the functions that specs run in one. */
import type { BearerWorker } from '../src/page/index.ts'

declare global {
  var bearerWorker: BearerWorker
  /** Of `early.html`: the statuses of the requests it makes while it is being read. */
  var early: Promise<readonly number[]>
}
