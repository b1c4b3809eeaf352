/** For CI: nothing found, something found, or the command itself was wrong. */
export const EXIT = { ok: 0, findings: 1, usage: 2 } as const
export type Exit = (typeof EXIT)[keyof typeof EXIT]

/** The command was used wrongly, as opposed to: it found something. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
