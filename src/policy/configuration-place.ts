/** A response that has this header with the value 1 is meant to be a configuration: no file that users upload has it. */
export const CONFIGURATION_HEADER = 'Bearer-Worker-Configuration'

/**
 * Whether a configuration lies beside the worker's script, where only the site itself puts files: in the same folder,
 * as a plain `.json` file. A page can name any URL of the origin, also one that serves what users have uploaded; a query
 * or an escape may make a server answer with such a file from another folder. Both URLs are serialized.
 */
export function isBeside(configuration: string, script: string): boolean {
  const folder = script.replace(/[?#].*/s, '').replace(/[^/]*$/, '')
  return configuration.startsWith(folder) && /^[\w.-]+\.json$/.test(configuration.slice(folder.length))
}
