import { BearerWorkerError, type ConfigurationIssue } from '../errors.ts'
import { within } from './deadline.ts'

/** Reads the configuration from its own origin, past a stale cache. */
export async function readConfigurationFile(
  fetch: typeof globalThis.fetch,
  url: string,
  limitMs: number,
): Promise<string> {
  try {
    const response = await within(limitMs, fetch(url, { cache: 'no-cache', redirect: 'error' }))
    if (!response.ok) throw new Error(`status ${response.status}`)
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
