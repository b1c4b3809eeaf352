/** Tells developers of something that is probably wrong. Never with a token. */
export const warn = (message: string): void => console.warn(`Bearer Worker: ${message}`)

/** Tells developers of a mistake. Never with a token. */
export const reportMistake = (message: string): void => console.error(`Bearer Worker: ${message}`)
