import { documentation } from '../documentation.ts'
import type { BearerWorkerErrorCode } from '../errors.ts'

/** Why no worker covers this page. */
export interface Uncovered {
  readonly code: BearerWorkerErrorCode
  /** What is wrong; the cure is added here. */
  readonly message: string
  /** Absolute URLs of the worker's script and of its folder. */
  readonly worker: URL
  readonly scope: string
}

const READ_ON = `See ${documentation}/living-with-other-workers.md.`

const told = new Set<string>()

/** Tells the console why this page covers itself, and the cure: one message for each reason. */
export function tellUncovered(uncovered: Uncovered): void {
  const { code, message } = uncovered
  if (told.has(code)) return
  told.add(code)
  console.error(
    `Bearer Worker: ${code}: ${message} ${cureOf(uncovered)}\nThis page covers itself: ready is "page". Images and media go without a token.`,
  )
}

function cureOf({ code, scope, worker }: Uncovered): string {
  switch (code) {
    case 'other-worker':
      return `A folder has one worker. Have both in one, and name that in data-worker: bearerWorkerPart() of bearer-worker/worker in a worker that you write, or a script with importScripts('bearer-worker.sw.js', 'ngsw-worker.js'); or give the two different folders; or, if nobody needs it, unregister it. ${READ_ON}`
    case 'scope-too-narrow':
      return scopeCure(scope, worker)
    case 'worker-unavailable':
      return READ_ON
    default:
      return ''
  }
}

function scopeCure(scope: string, { pathname }: URL): string {
  const page = location.origin + location.pathname
  const isOneSlash = `${page}/` === scope
  const folder = isOneSlash ? location.pathname : '/'
  const first = isOneSlash ? `This page is one slash short of it: serve it as ${scope}.` : `Move ${pathname} up.`
  return `${first} Or send ${pathname} with "Service-Worker-Allowed: ${folder}", and write data-scope="${folder}".`
}
