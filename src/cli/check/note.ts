import type { SessionConfiguration } from '../../policy/configuration.ts'

/** What is to be said of a session, by the key that it is about. */
export type Note = (session: SessionConfiguration, base: string) => readonly (readonly [key: string, message: string])[]
