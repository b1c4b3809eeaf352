/** How a configuration and the names of its inputs are written for people. */
import type { JsonObject } from './known-server.ts'

/** JSON as people write it: a short list stays on its line. */
export const configurationText = (value: JsonObject): string =>
  JSON.stringify(value, null, 2).replace(/\[\n\s+([^[\]{}]*?)\n\s+\]/g, (list: string, items: string) => {
    const line = `[${items.replace(/\n\s+/g, ' ')}]`
    return line.length <= 100 ? line : list
  })

/** The flag of an input: `--client-id` for `clientId`. */
export const flagOf = (input: string): string => `--${input.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
