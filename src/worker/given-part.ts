import type { LoadedPart } from '../protocol.ts'

/**
 * The OAuth part, or a function that imports it. A worker can import a script only while it is installed; later starts
 * get it from the browser's store of this worker. Its content is no public interface.
 * @see https://w3c.github.io/ServiceWorker/#importscripts
 */
export type GivenPart = LoadedPart<unknown> | (() => LoadedPart<unknown>)
