import { BearerWorkerError, type ConfigurationIssue } from '../errors.ts'
import { CONFIGURATION_HEADER, isBeside } from '../policy/configuration-place.ts'
import { within } from './deadline.ts'

/** Where a configuration is, and who reads it. */
export interface ConfigurationPlace {
  /** The browser's own, never an interceptor. */
  readonly fetch: typeof globalThis.fetch
  readonly url: string
  /** URL of the worker's script. */
  readonly script: string
}

/**
 * Reads the configuration from its own origin, past a stale cache, within `limitMs`. Resolves with undefined for a file
 * that lies elsewhere than beside the script, and does not say by its header that it is a configuration. Rejects with
 * `configuration-unreachable`.
 */
export async function readConfigurationFile(
  { fetch, url, script }: ConfigurationPlace,
  limitMs: number,
): Promise<string | undefined> {
  try {
    const response = await within(limitMs, fetch(url, { cache: 'no-cache', redirect: 'error' }))
    if (!response.ok) throw new Error(`status ${response.status}`)
    if (!isBeside(url, script) && response.headers.get(CONFIGURATION_HEADER) !== '1') return undefined
    return await within(limitMs, response.text())
  } catch (cause) {
    throw new BearerWorkerError(
      {
        code: 'configuration-unreachable',
        message: `No configuration at ${url} (${(cause as Error).message}). Put bearer-worker.json beside the script, or name it with data-config.`,
      },
      cause,
    )
  }
}

export function configurationInvalid(url: string, issues: readonly ConfigurationIssue[]): BearerWorkerError {
  const list = issues.map(({ path, message }) => `\n  ${path || '(file)'}: ${message}`).join('')
  return new BearerWorkerError({
    code: 'configuration-invalid',
    message: `The configuration at ${url} is refused:${list}`,
    issues,
  })
}

/** The error of a file that does not say that it is a configuration. */
export function configurationUnmarked(url: string): BearerWorkerError {
  const message = `Put the file beside the worker's script as a plain .json file, or send it with the header "${CONFIGURATION_HEADER}: 1": anywhere else it could be a file that a user has uploaded.`
  return configurationInvalid(url, [{ path: '', message }])
}
