import { BearerWorkerError } from '../errors.ts'
import type { Places } from './registration.ts'

/** The error of a page outside the folder of its worker, with the cure. */
export function scopeTooNarrow({ scope, worker }: Places): BearerWorkerError {
  const page = location.origin + location.pathname
  const isOneSlash = `${page}/` === scope
  const reason = isOneSlash
    ? `The worker covers ${scope}, and this page is ${page}: one slash is missing. Serve it as ${scope}, or`
    : `The worker covers ${scope}, not ${page}. Move ${worker.pathname} up, or`
  const folder = isOneSlash ? location.pathname : '/'
  return new BearerWorkerError({
    code: 'scope-too-narrow',
    message: `${reason} send ${worker.pathname} with "Service-Worker-Allowed: ${folder}", and write data-scope="${folder}".`,
  })
}

/** The folder that a worker may cover without that header. */
export const isWithinOwnFolder = ({ scope, worker }: Places): boolean => scope.startsWith(new URL('./', worker).href)
